/** What makes a line a line and a zone a zone, as the server checks it: said while it is drawn, at the shape. */
import type { Point } from "../publishing/masks";

/** A line shorter than this share of the picture crosses nothing. */
export const SHORTEST = 0.01;
/** A zone of less than this share of the picture holds nothing. */
export const SMALLEST = 0.0001;

export type Flaw =
  "outside" | "no-length" | "crosses-itself" | "no-area" | "few-corners" | "not-a-plane" | "metres-missing";

type Side = [Point, Point];

/** What is wrong with a line; null where nothing is. */
export function lineFlaw(points: readonly Point[]): Flaw | null {
  const [start, end] = points;
  if (!start || !end) return "no-length";
  if (!allInside(points)) return "outside";
  return Math.max(Math.abs(start[0] - end[0]), Math.abs(start[1] - end[1])) < SHORTEST ? "no-length" : null;
}

/** What is wrong with a zone; null where nothing is. */
export function zoneFlaw(points: readonly Point[]): Flaw | null {
  if (points.length < 3) return "few-corners";
  if (!allInside(points)) return "outside";
  if (crossesItself(points)) return "crosses-itself";
  return area(points) < SMALLEST ? "no-area" : null;
}

/** What is wrong with the plane of the street; null where nothing is. */
export function groundFlaw(points: readonly Point[], metres: readonly Point[]): Flaw | null {
  if (points.length < 4) return "few-corners";
  if (!allInside(points)) return "outside";
  if (metres.length !== points.length || !metres.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y)))
    return "metres-missing";
  if (points.length > 4) return null;
  if (crossesItself(points)) return "crosses-itself";
  return threeOnOneLine(points) || threeOnOneLine(metres) ? "not-a-plane" : null;
}

/** The area of a polygon (shoelace formula). */
export function area(points: readonly Point[]): number {
  const twice = sides(points).reduce((sum, [a, b]) => sum + a[0] * b[1] - b[0] * a[1], 0);
  return Math.abs(twice) / 2;
}

export function crossesItself(points: readonly Point[]): boolean {
  const all = sides(points);
  const last = all.length - 1;
  return all.some((one, i) =>
    all.some((other, j) => j - i > 1 && !(i === 0 && j === last) && cross(one, other)),
  );
}

export function sides(points: readonly Point[]): Side[] {
  return points.map((point, at) => [point, points[(at + 1) % points.length] ?? point]);
}

/** Where a point lies beside a segment: positive to the right of somebody who walks from `a` to `b`. */
export function side(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** What a line's directions are called where nobody named them, as the server calls them. */
export function directionsOf(points: readonly Point[]): [string, string] {
  const [start, end] = points;
  if (!start || !end) return ["down", "up"];
  const across = end[0] - start[0];
  const down = end[1] - start[1];
  if (Math.abs(across) >= Math.abs(down)) return across > 0 ? ["down", "up"] : ["up", "down"];
  return down > 0 ? ["left", "right"] : ["right", "left"];
}

function allInside(points: readonly Point[]): boolean {
  return points.every(([x, y]) => x >= 0 && x <= 1 && y >= 0 && y <= 1);
}

function cross([a, b]: Side, [c, d]: Side): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

function threeOnOneLine(points: readonly Point[]): boolean {
  const spread = Math.max(...[0, 1].map((axis) => spreadOf(points.map((point) => point[axis as 0 | 1]))));
  const least = 1e-3 * spread * spread;
  return points.some((_, skip) => {
    const [a, b, c] = points.filter((__, at) => at !== skip);
    return !a || !b || !c || Math.abs(side(a, b, c)) < least;
  });
}

const spreadOf = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
