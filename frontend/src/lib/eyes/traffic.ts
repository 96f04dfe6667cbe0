/** An area's traffic as a page shows it: hours with what passed, or with nothing where nobody looked. */
import type { Traffic } from "../api/traffic";
import { HOUR_MS } from "./lines";
import type { Curve } from "./series";

export interface Hour {
  at: number;
  /** By class, and all of them; null where nobody looked. */
  counts: Map<string, number>;
  total: number | null;
  /** Nobody looked for part of it: it counts too little. */
  partly: boolean;
}

/** So much of an hour must have been watched for it to be a whole one. */
const WHOLE = 0.95;
/** What was seen within the last minutes may be under way. */
const LATE_MS = 180_000;

/** The classes, most first. */
export function labelsOf(found: Traffic): string[] {
  const sums = new Map<string, number>();
  for (const { label, count } of found.steps) sums.set(label, (sums.get(label) ?? 0) + count);
  return [...sums].sort((a, b) => b[1] - a[1]).map(([label]) => label);
}

/**
 * Every hour of a stretch, those in which nobody looked left empty.
 *
 * `now` is ms since 1970: of the hour that goes on only what is over can have been watched.
 */
export function hoursOf(found: Traffic, times: readonly number[], now: number): Hour[] {
  const watched = new Map(found.watched.map(({ at, seconds }) => [Date.parse(at), seconds]));
  return times.map((at) => {
    const own = found.steps.filter((one) => Date.parse(one.at) === at);
    const counts = new Map<string, number>();
    for (const { label, count } of own) counts.set(label, (counts.get(label) ?? 0) + count);
    const looked = watched.get(at) ?? 0;
    const whole = ((Math.min(HOUR_MS, now - LATE_MS - at) / 1000) * found.counted) | 0;
    const unknown = own.length === 0 && looked === 0;
    const total = unknown ? null : own.reduce((sum, { count }) => sum + count, 0);
    return { at, counts, total, partly: !unknown && looked < whole * WHOLE };
  });
}

export const totalOf = (found: Traffic): number => found.steps.reduce((sum, { count }) => sum + count, 0);
/** Hours of all cameras together in which nobody looked. */
export const darkHours = (found: Traffic): number =>
  found.gaps.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;

/** One curve: everything that passed. */
export const curveOf = (hours: readonly Hour[], name: string): Curve => ({
  name,
  values: hours.map(({ total }) => total),
});
