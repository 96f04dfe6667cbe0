/** How playback moves through what is buffered: over holes, towards the next want. All in seconds. */
import type { Range } from "../live/edge";

export type Move =
  | { do: "play" }
  /** Nothing is buffered here, and nothing later either. */
  | { do: "dry" }
  /** A hole: what comes next starts at `to`. */
  | { do: "leap"; to: number };

const TOUCH_S = 0.15;

export function move(at: number, ranges: Range[]): Move {
  const here = ranges.find((range) => at >= range.start - TOUCH_S && at < range.end);
  if (here && at >= here.start && here.end - at > TOUCH_S) return { do: "play" };
  const next = ranges.find((range) => range.start > at);
  if (here && at < here.start) return { do: "leap", to: here.start };
  if (next && (!here || here.end - at <= TOUCH_S)) return { do: "leap", to: next.start };
  return here ? { do: "play" } : { do: "dry" };
}

/** Up to which media time the server may send. */
export function wanted(at: number, rate: number): number {
  return at + Math.min(rate > 16 ? 400 : 90, 8 * Math.max(1, rate));
}

/** The middle of the picture `steps` away, so that rounding never shows the same one again. */
export function stepTime(at: number, fps: number, steps: number): number {
  return (Math.floor(at * fps + 0.01) + steps + 0.5) / fps;
}

export const RATES = [0.25, 0.5, 1, 2, 4, 8, 16] as const;

/** Above this rate keyframes alone are sent. */
export const KEYFRAME_RATE = 4;
