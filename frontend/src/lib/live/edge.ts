/** How a live picture keeps close to the newest fragment: decisions only, no element touched. All in seconds. */

export interface Range {
  start: number;
  end: number;
}

export interface Position {
  at: number;
  ranges: Range[];
  /** How far behind the newest picture to stay. */
  cushion: number;
  /** Just joined: go to the edge at once instead of catching up. */
  settling: boolean;
  /** The rate that plays now. */
  rate: number;
}

export type Decision = { do: "wait" } | { do: "play"; rate: number } | { do: "jump"; to: number };

/** Further behind than this is not caught up but jumped. */
export const FAR_S = 2;
const TOUCH_S = 0.05;

export function decide({ at, ranges, cushion, settling, rate }: Position): Decision {
  const last = ranges.at(-1);
  if (!last) return { do: "wait" };
  const edge = Math.max(last.start, last.end - cushion);
  const here = ranges.find((range) => at >= range.start - TOUCH_S && at <= range.end + TOUCH_S);
  if (!here) return { do: "jump", to: edge };
  if (here !== last && here.end - at < 2 * TOUCH_S) return { do: "jump", to: edge };
  const behind = last.end - at;
  if (behind > FAR_S || (settling && behind > cushion + 0.3)) return { do: "jump", to: edge };
  return { do: "play", rate: pace(behind - cushion, rate) };
}

/** Faster when behind, a little slower when the next fragment may come too late; with some give, so it does not flutter. */
function pace(late: number, rate: number): number {
  if (late > 0.6) return 1.1;
  if (late > 0.12) return Math.max(1.05, Math.min(rate, 1.1));
  if (late > 0.03 && rate > 1) return 1.05;
  if (late < -0.2) return 0.95;
  if (late < -0.05 && rate < 1) return 0.95;
  return 1;
}

/** How far behind to stay: a stall makes it longer, quiet time shorter again. */
export class Cushion {
  static readonly LEAST_S = 0.3;
  static readonly MOST_S = 1.5;
  seconds = 0.35;
  #since = 0;

  /** The picture stood still for want of the next fragment. `now` in s. */
  stalled(now: number): void {
    this.seconds = Math.min(Cushion.MOST_S, this.seconds + 0.15);
    this.#since = now;
  }

  /** Called now and then; every 10 s without a stall takes some of it back. */
  calm(now: number): void {
    if (now - this.#since < 10) return;
    this.#since = now;
    this.seconds = Math.max(Cushion.LEAST_S, this.seconds - 0.05);
  }
}
