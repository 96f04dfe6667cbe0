/** What a person fills in to search what was seen: kept in the page's address, so that a search can be passed on. */
import type { Asked } from "../api/seen";
import { fields, momentAt } from "../time/wall-clock";

export const THINGS = ["person", "motorcycle", "bicycle", "car", "bus", "truck"] as const;
export const COLOURS = [
  "white",
  "grey",
  "black",
  "red",
  "orange",
  "yellow",
  "green",
  "blue",
  "purple",
  "brown",
] as const;
export const PRESETS = ["hour", "today", "night", "nights"] as const;
export type Preset = (typeof PRESETS)[number];
export type Flaw = "moments" | "order" | "long";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_DAYS = 31;

/** When: two days and two hours; of each day only between the hours, or one stretch from the first to the last. */
export interface When {
  fromDay: string;
  fromTime: string;
  toDay: string;
  toTime: string;
  daily: boolean;
}

export interface Form extends When {
  things: string[];
  colours: string[];
  area: string;
  camera: string;
  line: string;
  direction: string;
  zone: string;
}

export function preset(which: Preset, now: number, zone: string): When {
  const today = fields(now, zone);
  const before = (days: number): string => fields(now - days * DAY_MS, zone).date;
  const minute = (time: string): string => time.slice(0, 5);
  switch (which) {
    case "hour": {
      const ago = fields(now - HOUR_MS, zone);
      const soon = fields(now + 60_000, zone);
      return {
        fromDay: ago.date,
        fromTime: minute(ago.time),
        toDay: soon.date,
        toTime: minute(soon.time),
        daily: false,
      };
    }
    case "today":
      return { fromDay: today.date, fromTime: "00:00", toDay: today.date, toTime: "23:59", daily: false };
    case "night":
      return { fromDay: before(1), fromTime: "22:00", toDay: today.date, toTime: "05:00", daily: false };
    case "nights":
      return { fromDay: before(7), fromTime: "22:00", toDay: before(1), toTime: "05:00", daily: true };
  }
}

/** The form as the address holds it; what the address leaves open is last night's. */
export function formOf(query: URLSearchParams, now: number, zone: string): Form {
  const said = (name: string): string => query.get(name) ?? "";
  const several = (name: string, known: readonly string[]): string[] =>
    said(name)
      .split(",")
      .filter((one) => known.includes(one));
  const usual = preset("night", now, zone);
  return {
    things: several("class", THINGS),
    colours: several("colour", COLOURS),
    area: said("area"),
    camera: said("camera"),
    line: said("line"),
    direction: said("direction"),
    zone: said("zone"),
    fromDay: said("from_day") || usual.fromDay,
    fromTime: said("from_time") || usual.fromTime,
    toDay: said("to_day") || usual.toDay,
    toTime: said("to_time") || usual.toTime,
    daily: said("daily") === "1",
  };
}

/** What of the form the address holds; null takes a name away. */
export function notesOf(form: Form): Record<string, string | null> {
  return {
    class: form.things.join(",") || null,
    colour: form.colours.join(",") || null,
    area: form.area || null,
    camera: form.camera || null,
    line: form.line || null,
    direction: form.direction || null,
    zone: form.zone || null,
    from_day: form.fromDay,
    from_time: form.fromTime,
    to_day: form.toDay,
    to_time: form.toTime,
    daily: form.daily ? "1" : null,
  };
}

/** What the server is asked; or what is wrong with the form. */
export function askedOf(form: Form, zone: string): Asked | Flaw {
  const wraps = form.daily && form.toTime <= form.fromTime;
  const first = momentAt(form.fromDay, form.fromTime, zone);
  let last = momentAt(form.toDay, form.toTime, zone);
  if (first === null || last === null || !form.fromTime || !form.toTime) return "moments";
  if (wraps) last += DAY_MS; // the last night ends on the morning after
  if (last <= first) return "order";
  if (last - first > MOST_DAYS * DAY_MS) return "long";
  return {
    class: form.things.join(","),
    colour: form.colours.join(","),
    area: form.camera ? "" : form.area,
    camera: form.camera,
    line: form.line,
    direction: form.direction,
    zone: form.zone,
    from: new Date(first).toISOString(),
    to: new Date(last).toISOString(),
    hour_from: form.daily ? form.fromTime : "",
    hour_to: form.daily ? form.toTime : "",
  };
}
