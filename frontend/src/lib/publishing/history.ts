/** The history of publication as turns: what residents saw before somebody decided, and what after. */
import type { Change, Decision, Doc } from "../api/registry";

type Way = Pick<Decision, "mode" | "hours" | "delay_s">;

/** One decision, or its taking back. */
export interface Turn {
  at: string;
  by: string;
  /** What was decided at this very place before; null where it followed the areas above. */
  before: Way | null;
  after: Way | null;
  reason: string;
  /** For whom it was decided: a camera, or a kind of site in an area. */
  camera: string | null;
  area: string;
  kind: string | null;
}

const text = (document: Doc, name: string): string => String(document[name] ?? "");

function clock(minute: unknown): string {
  const minutes = typeof minute === "number" ? minute : 0;
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** The history writes hours as minutes of the day; decisions in force as "18:00". */
function wayOf(document: Doc | null): Way | null {
  if (!document) return null;
  const hours = (Array.isArray(document["hours"]) ? document["hours"] : []) as Doc[];
  return {
    mode: text(document, "mode"),
    hours: hours.map((one) => ({
      weekdays: Array.isArray(one["weekdays"]) ? (one["weekdays"] as number[]) : [],
      from: typeof one["from"] === "string" ? one["from"] : clock(one["from_minute"]),
      to: typeof one["to"] === "string" ? one["to"] : clock(one["to_minute"]),
    })),
    delay_s: Number(document["delay_s"] ?? 0),
  };
}

/** The turns of one or several histories, newest first. */
export function turns(...histories: readonly Change[][]): Turn[] {
  return histories
    .flat()
    .map((change) => {
      const told = change.after ?? change.before ?? {};
      return {
        at: change.at,
        by: change.by,
        before: wayOf(change.before),
        after: wayOf(change.after),
        reason: change.after ? text(change.after, "reason") : "",
        camera: text(told, "camera") || null,
        area: text(told, "area"),
        kind: text(told, "kind") || null,
      };
    })
    .sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
}
