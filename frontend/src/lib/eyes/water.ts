/** Water at the staffs and in the zones of one camera: where it stands, how fast it rises, which siaga that is. */
import type { Document, EyeName, Rule } from "../api/watching";
import type { Plan } from "./plan";
import type { MeasureShown } from "./series";

/** A reading that is older than this is said to be old: a minute is one reading. */
const OLD_MS = 5 * 60_000;

export interface Water {
  name: string;
  unit: "cm" | "%";
  /** Where siaga 3, 2 and 1 begin. */
  levels: number[];
  /** The newest reading; null where none is known of the last hour. */
  value: number | null;
  siaga: number | null;
  /** In an hour; null while too little is known. */
  rise: number | null;
  /** When it was read last, ms since 1970. */
  at: number | null;
  old: boolean;
  values: (number | null)[];
  /** What a gauge beside it recorded: the newest of the last hour, and all of it; null where there is none. */
  recorded: { value: number; at: number; values: (number | null)[] } | null;
  eyes: EyeName[];
}

/** One for each flood rule of a camera, in its order. */
export function watersOf(document: Document | null, measures: readonly MeasureShown[], now: number): Water[] {
  return floodRules(document).flatMap((rule) => {
    const unit = typeof rule["staff"] === "string" ? "cm" : "%";
    const name = rule[unit === "cm" ? "staff" : "zone"];
    if (typeof name !== "string") return [];
    const of = (what: string): MeasureShown | undefined =>
      measures.find((one) => one.analytic === "flood" && one.zone === name && one.name === what);
    const level = of(unit === "cm" ? "level" : "share");
    const at = level ? Date.parse(level.last.at) : null;
    const gauge = of("recorded");
    const siaga = of("siaga")?.last.mean;
    return [
      {
        name,
        unit,
        levels: numbers(rule[unit === "cm" ? "siaga_cm" : "siaga_percent"]),
        value: level?.last.mean ?? null,
        siaga: siaga === undefined ? null : Math.round(siaga),
        rise: of("rise")?.last.mean ?? null,
        at,
        old: at !== null && now - at > OLD_MS,
        values: level?.values ?? [],
        recorded: gauge
          ? { value: gauge.last.mean, at: Date.parse(gauge.last.at), values: gauge.values }
          : null,
        eyes: level?.eyes ?? [],
      },
    ];
  });
}

/** What a staff shows at both ends of its line; null where no rule reads a line of this name. */
export function staffOf(plan: Plan, name: string): { start: number; end: number } | null {
  const rule = (plan.rules["flood"] ?? []).find((one) => one["staff"] === name);
  if (!rule) return null;
  const [start, end] = [rule["start_cm"], rule["end_cm"]];
  return typeof start === "number" && typeof end === "number" ? { start, end } : { start: NaN, end: NaN };
}

/** The lines of a document along which water is read: nothing passes them. */
export function staffsIn(document: Document | null): Set<string> {
  return new Set(
    floodRules(document)
      .map((rule) => rule["staff"])
      .filter((one) => typeof one === "string"),
  );
}

function floodRules(document: Document | null): Rule[] {
  const rules = document?.["flood"];
  return Array.isArray(rules) ? (rules as Rule[]) : [];
}

const numbers = (value: unknown): number[] =>
  Array.isArray(value) ? value.filter((one): one is number => typeof one === "number") : [];
