/** Entries of the access log, gathered so that a person can read them: one line for what was one look, by days. */
import type { Look } from "../api/accesslog";
import { fields } from "../time/wall-clock";

export interface Line {
  /** Number of its newest entry: a key for lists. */
  number: number;
  look: Look;
  times: number;
  /** First and last moment at which it began, and when it was over; ms since 1970. */
  first: number;
  last: number;
  over: number | null;
  /** The footage that was looked through, where it is of the past. */
  from: number | null;
  to: number | null;
}

export interface Day {
  /** 2026-11-22, in the city's zone. */
  date: string;
  at: number;
  lines: Line[];
}

/** Looks that show pictures of cameras: what a neighbourhood wants to know first. */
export const PICTURES: readonly string[] = ["live", "still", "replay", "clip", "export", "re-serve", "push"];
/** Entries this far apart are two looks. */
const APART_MS = 15 * 60_000;

/** Put together what belongs together; `looks` are newest first, and so are the days and their lines. */
export function byDay(looks: readonly Look[], zone: string): Day[] {
  const days: Day[] = [];
  for (const line of lines(looks)) {
    const { date } = fields(line.last, zone);
    const day = days.at(-1);
    if (day?.date === date) day.lines.push(line);
    else days.push({ date, at: line.last, lines: [line] });
  }
  return days;
}

/** Scrubbing is an entry each five minutes of footage, coming back to a page another: one line for them all. */
export function lines(looks: readonly Look[]): Line[] {
  const found: Line[] = [];
  for (const look of looks) {
    const line = lineOf(look);
    const newer = found.findLast((one) => one.first - line.last <= APART_MS && alike(one.look, look));
    if (newer && belongs(newer, line)) join(newer, line);
    else found.push(line);
  }
  return found;
}

function lineOf(look: Look): Line {
  const at = Date.parse(look.started);
  const footage = (text: string | null): number | null => (text === null ? null : Date.parse(text));
  return {
    number: look.number,
    look,
    times: 1,
    first: at,
    last: at,
    over: look.ended === null ? null : Date.parse(look.ended),
    from: footage(look.from),
    to: footage(look.to),
  };
}

function alike(one: Look, other: Look): boolean {
  return (
    one.who === other.who &&
    one.action === other.action &&
    one.camera === other.camera &&
    one.area === other.area &&
    one.subject === other.subject &&
    one.purpose === other.purpose &&
    one.allowed === other.allowed &&
    one.reason === other.reason
  );
}

/** Footage must be one stretch, or nearly: 02:10 and 19:00 are two sentences. */
function belongs(newer: Line, older: Line): boolean {
  if (newer.from === null || older.from === null) return newer.from === older.from;
  const end = (line: Line): number => line.to ?? line.from ?? 0;
  return newer.from <= end(older) + APART_MS && older.from <= end(newer) + APART_MS;
}

function join(newer: Line, older: Line): void {
  newer.times += older.times;
  newer.first = older.first;
  if (newer.from !== null && older.from !== null) {
    newer.to = Math.max(newer.to ?? newer.from, older.to ?? older.from);
    newer.from = Math.min(newer.from, older.from);
  }
}
