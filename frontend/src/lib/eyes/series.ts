/** Counts as rows of a table and as lines of a plot; where nobody looked there is nothing, which is not zero. */
import type { Count, EyeName, Gap, Measure } from "../api/watching";

export interface Sum {
  direction: string;
  label: string;
  count: number;
  /** Mean, km/h, where it is known. */
  speed: number | null;
}

export interface LineCounts {
  line: string;
  eyes: EyeName[];
  sums: Sum[];
  total: number;
}

export interface Curve {
  name: string;
  /** One for each time; null where nobody looked. */
  values: (number | null)[];
}

interface Span {
  from: number;
  to: number;
}

/** What passed each line, by direction and class: most first. */
export function byLine(counts: readonly Count[]): LineCounts[] {
  const lines = new Map<string, Count[]>();
  for (const one of counts) lines.set(one.line, [...(lines.get(one.line) ?? []), one]);
  return [...lines].map(([line, some]) => ({
    line,
    eyes: eyesOf(some),
    sums: sumsOf(some),
    total: some.reduce((sum, { count }) => sum + count, 0),
  }));
}

function sumsOf(counts: readonly Count[]): Sum[] {
  const sums = new Map<
    string,
    { direction: string; label: string; count: number; fast: number; of: number }
  >();
  for (const { direction, label, count, speed_kmh: speed } of counts) {
    const key = JSON.stringify([direction, label]);
    const sum = sums.get(key) ?? { direction, label, count: 0, fast: 0, of: 0 };
    const known = speed === null ? 0 : count;
    sums.set(key, {
      ...sum,
      count: sum.count + count,
      fast: sum.fast + (speed ?? 0) * known,
      of: sum.of + known,
    });
  }
  return [...sums.values()]
    .map(({ direction, label, count, fast, of }) => ({
      direction,
      label,
      count,
      speed: of > 0 ? fast / of : null,
    }))
    .sort((a, b) => b.count - a.count);
}

/** The eyes that counted, each once. */
export function eyesOf(counts: readonly Pick<Count, "eye">[]): EyeName[] {
  const eyes = new Map<string, EyeName>();
  for (const { eye } of counts) if (eye) eyes.set(`${eye.id} ${eye.version}`, eye);
  return [...eyes.values()];
}

/** When the steps of a stretch begin (ms since 1970). */
export function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, at) => from + at * step);
}

/**
 * One curve for each direction of a line, over `times` (ms since 1970, each the beginning of a step).
 *
 * A step with a count has it, one in which nobody looked for half of it or more has nothing, and the others have
 * zero, from `since` on: before that nobody is known to have looked.
 */
export function curvesOf(
  counts: readonly Count[],
  gaps: readonly Gap[],
  times: readonly number[],
  step: number,
  since: number,
): Curve[] {
  const directions = [...new Set(counts.map(({ direction }) => direction))].sort();
  const dark = gaps.map(spanOf);
  return directions.map((direction) => {
    const found = new Map<number, number>();
    for (const one of counts) {
      if (one.direction !== direction) continue;
      const at = Date.parse(one.at);
      found.set(at, (found.get(at) ?? 0) + one.count);
    }
    const values = times.map((at) => found.get(at) ?? (at < since || isDark(dark, at, step) ? null : 0));
    return { name: direction, values };
  });
}

export const spanOf = (gap: Pick<Gap, "from" | "to" | "lasts">): Span => ({
  from: Date.parse(gap.from),
  to: gap.lasts ? Infinity : Date.parse(gap.to),
});

function isDark(spans: readonly Span[], at: number, step: number): boolean {
  const dark = spans.reduce(
    (sum, { from, to }) => sum + Math.max(0, Math.min(to, at + step) - Math.max(from, at)),
    0,
  );
  return dark >= step / 2;
}

export interface MeasureShown {
  key: string;
  analytic: string;
  zone: string;
  name: string;
  unit: string;
  eyes: EyeName[];
  /** The newest mean, and when. */
  last: Measure;
  /** One for each time; null where nothing was measured. */
  values: (number | null)[];
}

/** Measures by what they are of, over `times` (ms since 1970). */
export function measuresOf(measures: readonly Measure[], times: readonly number[]): MeasureShown[] {
  const groups = new Map<string, Measure[]>();
  for (const one of measures) {
    const key = JSON.stringify([one.analytic, one.zone, one.name]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].flatMap(([key, some]) => {
    const last = some.at(-1);
    if (!last) return [];
    const found = new Map(some.map(({ at, mean }) => [Date.parse(at), mean]));
    const { analytic, zone, name, unit } = last;
    const values = times.map((at) => found.get(at) ?? null);
    return [{ key, analytic, zone, name, unit, eyes: eyesOf(some), last, values }];
  });
}
