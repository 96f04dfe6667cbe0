/** What the registry's forms are made of: every field of every kind of entry, in the order in which it is asked for. */
import type { Doc } from "../api/registry";

/** Where in a document a field is, such as `link.state`; its label is found by the same name. */
type Path = string;

export type Field =
  | { path: Path; is: "text"; most: number; needed?: boolean; plain?: boolean }
  | { path: Path; is: "long"; most: number }
  | { path: Path; is: "number"; least: number; most: number; step?: number | "any"; unit?: string }
  /** A day that may be missing; `drop` takes the name away instead of saying null. */
  | { path: Path; is: "day"; drop?: boolean }
  | { path: Path; is: "flag" }
  | { path: Path; is: "choice"; of: string; values: readonly string[]; empty?: boolean }
  | { path: Path; is: "area" }
  /** Weekly hours; their ends are minutes of the day, or "18:00". */
  | { path: Path; is: "hours"; ends: "minutes" | "clock"; when: (document: Doc) => boolean }
  | { path: Path; is: "refer"; to: "sites" | "recorders" | "agencies" | "partners"; within?: Path }
  | { path: Path; is: "secret" }
  | { path: Path; is: "outline" }
  /** `lat` and `lon` below the path, picked on a map; `view` says where direction and angle are. */
  | { path: Path; is: "spot"; view?: { bearing: Path; angle: Path } };

export interface Section {
  /** Name of its heading among the words; none for the first. */
  title?: string;
  /** The part of the document that is there or not: a switch adds and removes it. */
  part?: Path;
  /** What the part begins with. */
  begin?: Doc;
  fields: readonly Field[];
}

export const SITE_KINDS = [
  "rt",
  "kelurahan-office",
  "kecamatan-office",
  "crowd-centre",
  "market",
  "tourism",
  "infrastructure",
  "main-road",
  "tower",
  "hotspot",
] as const;
export const CAUSES = [
  "unplugged",
  "cable",
  "recorder-lost",
  "insects",
  "no-internet",
  "contract-suspended",
  "moved",
  "no-network",
  "vendor-closed",
  "other",
] as const;
export const STAGES = ["planned", "budgeted", "installed", "connected", "published", "retired"] as const;
export const LEVELS = ["city", "kecamatan", "kelurahan", "rw", "rt"] as const;

const name: Field = { path: "name", is: "text", most: 200, needed: true };

export const AREA: readonly Section[] = [
  { fields: [name, { path: "", is: "spot" }, { path: "outline", is: "outline" }] },
];

export const SITE: readonly Section[] = [
  {
    fields: [
      name,
      { path: "kind", is: "choice", of: "kind", values: SITE_KINDS },
      { path: "area", is: "area" },
      { path: "address", is: "text", most: 200 },
      { path: "agency", is: "refer", to: "agencies" },
      { path: "partner", is: "refer", to: "partners" },
      { path: "", is: "spot" },
    ],
  },
  {
    title: "link",
    part: "link",
    begin: { state: "up", provider: "", bandwidth_mbps: null, wifi: "", contract_end: null, since: null },
    fields: [
      { path: "link.state", is: "choice", of: "linkState", values: ["up", "down", "planned", "ended"] },
      { path: "link.since", is: "day" },
      { path: "link.provider", is: "text", most: 120 },
      { path: "link.bandwidth_mbps", is: "number", least: 0, most: 100_000, step: "any", unit: "Mbps" },
      { path: "link.wifi", is: "text", most: 64 },
      { path: "link.contract_end", is: "day" },
    ],
  },
  {
    title: "tower",
    part: "tower",
    begin: { owner: "", due: null, installed: null, connected: null },
    fields: [
      { path: "tower.owner", is: "text", most: 200, needed: true },
      { path: "tower.due", is: "day" },
      { path: "tower.installed", is: "day" },
      { path: "tower.connected", is: "day" },
    ],
  },
];

export const RECORDER: readonly Section[] = [
  {
    fields: [
      { path: "site", is: "refer", to: "sites" },
      { path: "brand", is: "text", most: 80 },
      { path: "model", is: "text", most: 80 },
      { path: "serial", is: "text", most: 80, plain: true },
      { path: "channels", is: "number", least: 1, most: 256 },
      { path: "address", is: "text", most: 200, plain: true },
    ],
  },
  {
    title: "credentials",
    fields: [
      { path: "username", is: "secret" },
      { path: "password", is: "secret" },
    ],
  },
];

export const AGENCY: readonly Section[] = [{ fields: [name] }];

export const PARTNER: readonly Section[] = [
  { fields: [name] },
  {
    title: "agreement",
    fields: [
      { path: "number", is: "text", most: 120, plain: true },
      { path: "start", is: "day" },
      { path: "end", is: "day" },
      { path: "scope", is: "choice", of: "scope", values: ["always", "emergency", "hours"] },
      { path: "hours", is: "hours", ends: "minutes", when: (document) => document["scope"] === "hours" },
      { path: "public", is: "flag" },
      { path: "consent", is: "long", most: 2000 },
    ],
  },
];

export const CAMERA_PLACE: readonly Section[] = [
  {
    fields: [
      { path: "spot.site", is: "refer", to: "sites" },
      { path: "spot.recorder", is: "refer", to: "recorders", within: "spot.site" },
      { path: "spot.channel", is: "number", least: 1, most: 256 },
      { path: "spot.bearing_deg", is: "number", least: 0, most: 359.99, step: "any", unit: "°" },
      { path: "spot.angle_deg", is: "number", least: 1, most: 360, step: "any", unit: "°" },
      { path: "spot", is: "spot", view: { bearing: "spot.bearing_deg", angle: "spot.angle_deg" } },
    ],
  },
  {
    title: "papers",
    fields: [
      {
        path: "papers.purpose",
        is: "choice",
        of: "purpose",
        values: ["keamanan", "penanggulangan bencana", "lalu lintas"],
        empty: true,
      },
      { path: "papers.sign", is: "day" },
      { path: "papers.budget", is: "text", most: 200 },
    ],
  },
  {
    title: "stages",
    fields: STAGES.map((stage): Field => ({ path: `papers.stages.${stage}`, is: "day", drop: true })),
  },
];

export const TROUBLE: readonly Section[] = [
  {
    fields: [
      { path: "cause", is: "choice", of: "cause", values: CAUSES },
      { path: "since", is: "day" },
      { path: "target", is: "day" },
      { path: "note", is: "long", most: 500 },
    ],
  },
];

export const CAMERA_SOURCE: readonly Section[] = [
  {
    fields: [
      name,
      { path: "url", is: "text", most: 2048, plain: true },
      { path: "sub_url", is: "text", most: 2048, plain: true },
      { path: "snapshot_url", is: "text", most: 2048, plain: true },
    ],
  },
  {
    title: "recording",
    fields: [
      {
        path: "recording.mode",
        is: "choice",
        of: "recordingMode",
        values: ["off", "continuous", "schedule", "event"],
      },
      { path: "recording.profile", is: "choice", of: "profile", values: ["main", "sub"] },
      { path: "recording.days", is: "number", least: 1, most: 3650 },
      {
        path: "recording.hours",
        is: "hours",
        ends: "clock",
        when: (document) => valueAt(document, "recording.mode") === "schedule",
      },
    ],
  },
];

/** What a document holds at a path; undefined where there is nothing. */
export function valueAt(document: Doc, path: Path): unknown {
  let found: unknown = document;
  for (const step of path ? path.split(".") : []) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}

/** Put a value into a document, which is changed; parts on the way are made. */
export function setAt(document: Doc, path: Path, value: unknown): void {
  const steps = path.split(".");
  const last = steps.pop() ?? path;
  let into: Doc = document;
  for (const step of steps) {
    const inner = into[step];
    if (typeof inner === "object" && inner !== null) into = inner as Doc;
    else into = into[step] = {} as Doc;
  }
  into[last] = value;
}

/** `lat` of the part at a path, and so on. */
export function below(path: Path, name: string): Path {
  return path ? `${path}.${name}` : name;
}
