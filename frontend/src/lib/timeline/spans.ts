/** What is recorded and what is not, as the timeline needs it. Moments are ms since 1970. */
import type { GapCause, Timeline } from "../api/types";

export interface Stretch {
  from: number;
  to: number;
}

export interface Hole extends Stretch {
  cause: GapCause;
}

/** A stretch that somebody keeps from being deleted. */
export interface Held extends Stretch {
  id: string;
  reason: string;
  by: string;
  /** When it ends by itself; null: when somebody ends it. */
  until: number | null;
  /** Whether that is within a week. */
  soon: boolean;
}

export interface Footage {
  /** The range that was asked for. */
  asked: Stretch;
  spans: Stretch[];
  holes: Hole[];
}

export function read(timeline: Timeline, asked: Stretch): Footage {
  const stretch = ({ from, to }: { from: string; to: string }): Stretch => ({
    from: Date.parse(from),
    to: Date.parse(to),
  });
  return {
    asked,
    spans: timeline.coverage.map(stretch),
    holes: timeline.gaps.map((gap) => ({ ...stretch(gap), cause: gap.cause })),
  };
}

/** Index of the first stretch that ends after `moment`; stretches are in order. */
export function firstEndingAfter(stretches: readonly Stretch[], moment: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle] as Stretch).to > moment) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function within<T extends Stretch>(stretches: readonly T[], from: number, to: number): T[] {
  const found: T[] = [];
  for (let n = firstEndingAfter(stretches, from); n < stretches.length; n++) {
    const stretch = stretches[n] as T;
    if (stretch.from >= to) break;
    found.push(stretch);
  }
  return found;
}

export function at<T extends Stretch>(stretches: readonly T[], moment: number): T | null {
  const found = stretches[firstEndingAfter(stretches, moment)];
  return found && found.from <= moment ? found : null;
}

/** How much of a range has pictures, ms. */
export function covered(spans: readonly Stretch[], from: number, to: number): number {
  return within(spans, from, to).reduce((sum, s) => sum + Math.min(to, s.to) - Math.max(from, s.from), 0);
}

/** The moment itself where it has pictures, else the beginning of the next stretch that has, else null. */
export function nextPicture(spans: readonly Stretch[], moment: number): number | null {
  const next = spans[firstEndingAfter(spans, moment)];
  return next ? Math.max(next.from, moment) : null;
}

/** The causes in a range, each with how long it lasted, the longest first. */
export function causes(holes: readonly Hole[], from: number, to: number): { cause: GapCause; ms: number }[] {
  const lengths = new Map<GapCause, number>();
  for (const hole of within(holes, from, to)) {
    const ms = Math.min(to, hole.to) - Math.max(from, hole.from);
    lengths.set(hole.cause, (lengths.get(hole.cause) ?? 0) + ms);
  }
  return [...lengths].map(([cause, ms]) => ({ cause, ms })).sort((a, b) => b.ms - a.ms);
}
