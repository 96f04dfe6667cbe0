/** Which shape a tap means: a line that is near, else the smallest zone that it lies in. */
import type { Point } from "../publishing/masks";
import type { Shape } from "./plan";
import { area, sides } from "./shapes";

/** How far from a line a finger may be, in widths of the picture. */
export const REACH = 0.03;

/**
 * The number of the shape at a point; null where there is none.
 *
 * `aspect` is the picture's width over its height: distances are as they are seen.
 */
export function hit(shapes: readonly Shape[], at: Point, aspect: number, reach = REACH): number | null {
  let best: { number: number; far: number } | null = null;
  for (const [number, one] of shapes.entries()) {
    if (one.kind !== "line") continue;
    const [a, b] = one.points;
    const far = a && b ? toSegment(at, a, b, aspect) : Infinity;
    if (far <= reach && (!best || far < best.far)) best = { number, far };
  }
  if (best) return best.number;
  let smallest: { number: number; size: number } | null = null;
  for (const [number, one] of shapes.entries()) {
    if (one.kind === "line" || !contains(one.points, at)) continue;
    const size = area(one.points);
    if (!smallest || size < smallest.size) smallest = { number, size };
  }
  return smallest?.number ?? null;
}

/** Whether a point lies within a polygon (even-odd rule). */
export function contains(points: readonly Point[], [x, y]: Point): boolean {
  let within = false;
  for (const [a, b] of sides(points)) {
    const straddles = a[1] > y !== b[1] > y;
    if (straddles && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) within = !within;
  }
  return within;
}

/** How far a point is from a segment, in widths of the picture. */
export function toSegment(at: Point, a: Point, b: Point, aspect: number): number {
  const flat = ([x, y]: Point): Point => [x, y / aspect];
  const [p, s, e] = [flat(at), flat(a), flat(b)];
  const [dx, dy] = [e[0] - s[0], e[1] - s[1]];
  const long = dx * dx + dy * dy;
  const share = long === 0 ? 0 : Math.min(1, Math.max(0, ((p[0] - s[0]) * dx + (p[1] - s[1]) * dy) / long));
  return Math.hypot(p[0] - s[0] - share * dx, p[1] - s[1] - share * dy);
}
