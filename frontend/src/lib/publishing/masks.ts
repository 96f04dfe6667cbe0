/** Privacy masks while they are drawn: polygons in 0..1 from the upper left, with every step to go back to. */
import type { Mask } from "../api/registry";

export type Point = [number, number];

/** What somebody draws on a picture, as the canvas and its handles ask for it. */
export interface Drawable {
  readonly masks: readonly Mask[];
  /** Corners of what is not closed yet; null while nothing is being drawn. */
  readonly open: Point[] | null;
  point(at: Point): void;
  insert(mask: number, after: number): void;
  cut(mask: number, corner: number): void;
  move(mask: number, corner: number, to: Point): void;
  shift(mask: number, by: Point): void;
  grab(): void;
  drag(mask: number, corner: number, to: Point): void;
  carry(mask: number, by: Point): void;
  drop(): void;
}

/** How a shape is drawn where it is no mask: what is seen within it or not there now; a line, a zone, the ground. */
export type Look = "" | "seen" | "away" | "line" | "zone" | "ground" | "wrong" | "line wrong";

/** What the handles are called, and how they are used. */
export interface HandleWords {
  corner: (shape: number, corner: number) => string;
  whole: (shape: number) => string;
  insert: (shape: number, after: number) => string;
  cornerHow: string;
  cursor: string;
  picture: string;
  noPicture: string;
}

/** Which way the arrows lead. */
export const MOVES: Record<string, Point> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};
export const MOST_MASKS = 20;
export const LEAST_CORNERS = 3;
export const MOST_CORNERS = 60;
const STEPS_KEPT = 100;
const BOX: Mask = [
  [0.35, 0.35],
  [0.65, 0.35],
  [0.65, 0.65],
  [0.35, 0.65],
];

/** Inside the picture, in ten-thousandths: finer than any pixel of it. */
export function inside([x, y]: Point): Point {
  const within = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;
  return [within(x), within(y)];
}

export function moved(masks: readonly Mask[], mask: number, corner: number, to: Point): Mask[] {
  return masks.map((one, at) =>
    at === mask ? one.map((point, index) => (index === corner ? inside(to) : point)) : one,
  );
}

/** A mask moved as a whole, as far as it stays within the picture: it keeps its form. */
export function shifted(masks: readonly Mask[], mask: number, by: Point): Mask[] {
  const within = (axis: 0 | 1, corners: Mask): number => {
    const all = corners.map((point) => point[axis]);
    return Math.min(1 - Math.max(...all), Math.max(-Math.min(...all), by[axis]));
  };
  return masks.map((one, at) => {
    if (at !== mask) return one;
    const [right, down] = [within(0, one), within(1, one)];
    return one.map(([x, y]) => inside([x + right, y + down]));
  });
}

/** The middle of a mask, by which it is held. */
export function centre(mask: Mask): Point {
  const middle = (axis: 0 | 1): number => mask.reduce((sum, point) => sum + point[axis], 0) / mask.length;
  return [middle(0), middle(1)];
}

/** Put a corner halfway along an edge; nothing changes where there are too many already. */
export function inserted(masks: readonly Mask[], mask: number, after: number): Mask[] {
  return masks.map((one, at) => {
    const here = one[after];
    const next = one[(after + 1) % one.length];
    if (at !== mask || !here || !next || one.length >= MOST_CORNERS) return one;
    const between = inside([(here[0] + next[0]) / 2, (here[1] + next[1]) / 2]);
    return [...one.slice(0, after + 1), between, ...one.slice(after + 1)];
  });
}

/** Take a corner away; a mask of three corners keeps them. */
export function cut(masks: readonly Mask[], mask: number, corner: number): Mask[] {
  return masks.map((one, at) =>
    at === mask && one.length > LEAST_CORNERS ? one.filter((_, index) => index !== corner) : one,
  );
}

export function withBox(masks: readonly Mask[]): Mask[] {
  if (masks.length >= MOST_MASKS) return [...masks];
  // A second box does not hide under the first.
  const shift = (masks.length % 5) * 0.04;
  return [...masks, BOX.map(([x, y]) => inside([x + shift, y + shift]))];
}

/** Middles of the edges, where a corner can be put. */
export function middles(mask: Mask): Point[] {
  return mask.map(([x, y], at) => {
    const [nextX, nextY] = mask[(at + 1) % mask.length] ?? [x, y];
    return [(x + nextX) / 2, (y + nextY) / 2];
  });
}

/** What was drawn, step by step. */
export class Steps {
  #past: Mask[][] = [];
  #future: Mask[][] = [];

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** A step was done, from these masks. */
  done(before: readonly Mask[]): void {
    this.#past = [...this.#past, [...before]].slice(-STEPS_KEPT);
    this.#future = [];
  }

  undo(now: readonly Mask[]): Mask[] {
    const before = this.#past.at(-1);
    if (!before) return [...now];
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, [...now]];
    return before;
  }

  redo(now: readonly Mask[]): Mask[] {
    const after = this.#future.at(-1);
    if (!after) return [...now];
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, [...now]];
    return after;
  }
}
