/** The lines of one camera as its page shows them: a table of the hour and the day, and curves by the minute. */
import type { Counts, EyeName, Measure } from "../api/watching";
import { byLine, curvesOf, type Curve, type LineCounts, type Sum } from "./series";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** A row of a line's table: what passed within the hour and since midnight. */
export interface Row extends Sum {
  hour: number;
}

export interface LineShown {
  line: string;
  eyes: EyeName[];
  rows: Row[];
  hour: number;
  day: number;
  curves: Curve[];
}

/** Every line that is drawn or has counts, with its table and its curves. */
export function shown(
  minutes: Counts,
  hours: Counts,
  times: readonly number[],
  names: readonly string[],
  measured: readonly Measure[] = [],
): LineShown[] {
  const hour = byLine(minutes.counts);
  const day = byLine(hours.counts);
  const all = [...new Set([...names, ...day.map(({ line }) => line), ...hour.map(({ line }) => line)])];
  return all.map((line) => {
    const [recent, whole] = [hour, day].map((some) => some.find((one) => one.line === line));
    const own = minutes.counts.filter((one) => one.line === line);
    const began = hours.counts.filter((one) => one.line === line).map(({ at }) => Date.parse(at));
    // Before anything of the day passed or was measured at it, nobody knows that somebody looked.
    const looked = [...own, ...measured.filter(({ zone }) => zone === line)];
    const first = looked.map(({ at }) => Date.parse(at));
    const early = began.some((at) => at + HOUR_MS <= (times[0] ?? 0));
    const since = early ? -Infinity : Math.min(...first);
    return {
      line,
      eyes: whole?.eyes ?? recent?.eyes ?? [],
      rows: rowsOf(recent, whole),
      hour: recent?.total ?? 0,
      day: whole?.total ?? 0,
      curves: curvesOf(own, minutes.gaps, times, MINUTE_MS, since),
    };
  });
}

function rowsOf(recent: LineCounts | undefined, whole: LineCounts | undefined): Row[] {
  const same = (a: Sum, b: Sum): boolean => a.direction === b.direction && a.label === b.label;
  return (whole?.sums ?? recent?.sums ?? []).map((sum) => ({
    ...sum,
    hour: recent?.sums.find((one) => same(one, sum))?.count ?? 0,
  }));
}
