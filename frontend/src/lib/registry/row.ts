/** An entry of a register as one line of a list: its name, a few facts, and how it stands. */
import type { Doc, Entity } from "../api/registry";
import type { Kind } from "./kinds";
import { sayDay, sayValue } from "./words";

type Told = Parameters<typeof sayValue>[2];

export interface Row {
  name: string;
  facts: string[];
  state: string;
  tone: "alive" | "waiting" | "dead" | "quiet";
}

export function rowOf(kind: Kind, one: Entity, told: Told): Row {
  return ROWS[kind](one, told);
}

const text = (document: Doc | null, name: string): string => {
  const value = document?.[name];
  return value === null || value === undefined ? "" : String(value);
};
const part = (document: Doc, name: string): Doc | null => (document[name] as Doc | null) ?? null;

const ROWS: Record<Kind, (one: Entity, told: Told) => Row> = {
  areas: (one, { words }) => ({
    name: text(one, "name"),
    facts: [
      one.id,
      one["outline"] ? (words.fields["outline"] ?? "") : "",
      one["lat"] === null ? words.spot.unset : "",
    ],
    state: "",
    tone: "quiet",
  }),
  sites: (one, told) => ({
    name: text(one, "name"),
    facts: [told.kinds[text(one, "kind")] ?? "", told.areaName(text(one, "area")), text(one, "address")],
    ...linkState(part(one, "link"), told, false),
  }),
  links: (one, told) => {
    const link = part(one, "link");
    const end = text(link, "contract_end");
    return {
      name: text(one, "name"),
      facts: [
        text(link, "provider"),
        link?.["bandwidth_mbps"] ? `${text(link, "bandwidth_mbps")} Mbps` : "",
        text(link, "wifi") ? `“${text(link, "wifi")}”` : "",
        end ? `${told.words.fields["link.contract_end"] ?? ""} ${sayDay(end, told.language)}` : "",
        told.areaName(text(one, "area")),
      ],
      ...linkState(link, told, true),
    };
  },
  towers: (one, told) => {
    const tower = part(one, "tower");
    const { words } = told;
    const stage = (["connected", "installed", "due"] as const).find((name) => tower?.[name]);
    const label = stage ? words.fields[`tower.${stage}`] : undefined;
    return {
      name: text(one, "name"),
      facts: [text(tower, "owner"), told.areaName(text(one, "area"))],
      state: stage && label ? `${label}: ${sayDay(text(tower, stage), told.language)}` : words.notSaid,
      tone: stage === "connected" ? "alive" : "waiting",
    };
  },
  recorders: (one, { words }) => ({
    name: one.id,
    facts: [
      [text(one, "brand"), text(one, "model")].filter(Boolean).join(" "),
      `${text(one, "channels")} × ${words.fields["spot.channel"]?.toLowerCase() ?? ""}`,
      text(one, "address"),
      text(one, "site"),
    ],
    state: "",
    tone: "quiet",
  }),
  cameras: (one, told) => {
    const { words } = told;
    const trouble = part(one, "trouble");
    const published = text(one, "published");
    return {
      name: text(one, "name"),
      facts: [
        text(one, "site_name"),
        told.kinds[text(one, "kind")] ?? "",
        one["area"] ? told.areaName(text(one, "area")) : "",
        words.camera.modes[published] ?? "",
      ],
      state: trouble
        ? sayValue("cause", trouble["cause"], told)
        : one["quarantined"]
          ? words.camera.quarantined
          : "",
      tone: trouble ? "dead" : "waiting",
    };
  },
  agencies: (one) => ({ name: text(one, "name"), facts: [one.id], state: "", tone: "quiet" }),
  partners: (one, told) => {
    const { words } = told;
    const end = text(one, "end");
    const over = end !== "" && end < new Date().toISOString().slice(0, 10);
    return {
      name: text(one, "name"),
      facts: [
        text(one, "number"),
        sayValue("scope", one["scope"], told),
        one["start"] ? "" : words.notSaid,
        end && !over ? `${words.fields["end"] ?? ""} ${sayDay(end, told.language)}` : "",
      ],
      state: one["revoked"]
        ? `${words.fields["revoked"] ?? ""} ${sayDay(text(one, "revoked"), told.language)}`
        : over
          ? words.partner.over(sayDay(end, told.language))
          : "",
      tone: "dead",
    };
  },
};

function linkState(link: Doc | null, told: Told, always: boolean): Pick<Row, "state" | "tone"> {
  const state = text(link, "state");
  if (!state || (!always && state === "up")) return { state: "", tone: "quiet" };
  const tone = state === "up" ? "alive" : state === "down" ? "dead" : "waiting";
  const said = sayValue("link.state", state, told);
  return { state: always ? said : `${told.words.one.links}: ${said}`, tone };
}
