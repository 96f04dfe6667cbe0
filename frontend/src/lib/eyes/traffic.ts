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

const DARK = 0.9;
const SOME = 0.02;

/** The classes, most first. */
export function labelsOf(found: Traffic): string[] {
  const sums = new Map<string, number>();
  for (const { label, count } of found.steps) sums.set(label, (sums.get(label) ?? 0) + count);
  return [...sums].sort((a, b) => b[1] - a[1]).map(([label]) => label);
}

/** Every hour of a stretch up to now, those before anything was counted left empty. */
export function hoursOf(found: Traffic, times: readonly number[]): Hour[] {
  const dark = new Map(found.gaps.map(({ at, seconds }) => [Date.parse(at), seconds]));
  const first = Math.min(...found.steps.map(({ at }) => Date.parse(at)));
  return times.map((at) => {
    const own = found.steps.filter((one) => Date.parse(one.at) === at);
    const counts = new Map<string, number>();
    for (const { label, count } of own) counts.set(label, (counts.get(label) ?? 0) + count);
    const share = ((dark.get(at) ?? 0) * 1000) / (HOUR_MS * Math.max(1, found.counted));
    const unknown = own.length === 0 && (share > DARK || at < first);
    const total = unknown ? null : own.reduce((sum, { count }) => sum + count, 0);
    return { at, counts, total, partly: !unknown && share > SOME };
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
