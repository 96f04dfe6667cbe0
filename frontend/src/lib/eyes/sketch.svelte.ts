/** What one camera is looked at for while somebody edits it: shapes as they are drawn, and every step to go back to. */
import * as masks from "../publishing/masks";
import type { Point } from "../publishing/masks";
import { MOST_SHAPES, shape, without, type Kind, type Plan, EMPTY } from "./plan";

const STEPS_KEPT = 100;
/** How many corners close a shape by themselves. */
const CLOSES: Record<Kind, number> = { line: 2, zone: masks.MOST_CORNERS, ground: 4 };
export const LEAST: Record<Kind, number> = { line: 2, zone: 3, ground: 4 };

/** What the canvas draws on; the names of its parts are those of `Drawing`. */
export class Sketch {
  plan = $state.raw<Plan>(EMPTY);
  /** Corners of a shape that is not closed yet; null while none is being drawn. */
  open = $state.raw<Point[] | null>(null);
  /** What is being drawn. */
  drawing = $state<Kind>("line");
  selected = $state(0);
  canUndo = $state(false);
  canRedo = $state(false);
  #past: Plan[] = [];
  #future: Plan[] = [];
  #saved = $state.raw<Plan>(EMPTY);
  #grabbed: Plan | null = null;
  #name: string = "";

  get masks(): Point[][] {
    return this.plan.shapes.map(({ points }) => points);
  }

  get changed(): boolean {
    return !same(this.plan, this.#saved);
  }

  get saved(): Plan {
    return this.#saved;
  }

  full(kind: Kind): boolean {
    const many = this.plan.shapes.filter((one) => one.kind === kind).length;
    return many >= (kind === "ground" ? 1 : MOST_SHAPES);
  }

  /** Begin with what the server keeps. */
  begin(plan: Plan): void {
    this.plan = this.#saved = plan;
    this.#past = [];
    this.#future = [];
    this.open = null;
    this.selected = 0;
    this.#look();
  }

  /** What is drawn is what is kept; every step stays. */
  kept(plan: Plan): void {
    this.plan = this.#saved = plan;
  }

  /** A new whole; one step. */
  change(after: Plan): void {
    if (same(after, this.plan)) return;
    this.#done(this.plan);
    this.plan = after;
    this.selected = Math.max(0, Math.min(this.selected, after.shapes.length - 1));
  }

  draw(kind: Kind, name: string): void {
    this.drawing = kind;
    this.#name = name;
    this.open = [];
  }

  point(at: Point): void {
    if (!this.open) return;
    this.open = [...this.open, masks.inside(at)];
    if (this.open.length >= CLOSES[this.drawing]) this.finish();
  }

  /** Close what is being drawn; with too few corners it is nothing. */
  finish(): void {
    const drawn = this.open;
    this.open = null;
    if (!drawn || drawn.length < LEAST[this.drawing]) return;
    this.change({ ...this.plan, shapes: [...this.plan.shapes, shape(this.drawing, this.#name, drawn)] });
    this.selected = this.plan.shapes.length - 1;
  }

  remove(at: number): void {
    this.change(without(this.plan, at));
  }

  /** Turn a line around: what was forward is backward. */
  turn(at: number): void {
    const shapes = this.plan.shapes.map((one, index) =>
      index === at ? { ...one, points: [...one.points].reverse() } : one,
    );
    this.change({ ...this.plan, shapes });
  }

  insert(at: number, after: number): void {
    if (this.plan.shapes[at]?.kind === "zone") this.#reshape(masks.inserted(this.masks, at, after));
  }

  /** Take a corner away; what would not be left a shape goes as a whole. */
  cut(at: number, corner: number): void {
    const one = this.plan.shapes[at];
    if (!one) return;
    if (one.kind === "zone" && one.points.length > LEAST.zone)
      this.#reshape(masks.cut(this.masks, at, corner));
    else this.remove(at);
  }

  move(at: number, corner: number, to: Point): void {
    this.#reshape(masks.moved(this.masks, at, corner, to));
  }

  shift(at: number, by: Point): void {
    this.#reshape(masks.shifted(this.masks, at, by));
  }

  /** A shape or a corner is held: what is done until it is let go is one step. */
  grab(): void {
    this.#grabbed = this.plan;
  }

  drag(at: number, corner: number, to: Point): void {
    this.plan = reshaped(this.plan, masks.moved(this.masks, at, corner, to));
  }

  carry(at: number, by: Point): void {
    const from = this.#grabbed ?? this.plan;
    const points = from.shapes.map((one) => one.points);
    this.plan = reshaped(this.plan, masks.shifted(points, at, by));
  }

  drop(): void {
    const before = this.#grabbed;
    this.#grabbed = null;
    if (before && !same(before, this.plan)) this.#done(before);
  }

  undo(): void {
    if (this.open) {
      this.open = this.open.length > 0 ? this.open.slice(0, -1) : null;
      return;
    }
    const before = this.#past.at(-1);
    if (!before) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, this.plan];
    this.#show(before);
  }

  redo(): void {
    const after = this.#future.at(-1);
    if (!after) return;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, this.plan];
    this.#show(after);
  }

  /** Go to another step; what changes with it is chosen. */
  #show(plan: Plan): void {
    const before = this.plan.shapes;
    const touched = plan.shapes.findIndex((one, at) => JSON.stringify(one) !== JSON.stringify(before[at]));
    this.plan = plan;
    this.selected = Math.max(0, Math.min(touched < 0 ? this.selected : touched, plan.shapes.length - 1));
    this.#look();
  }

  #reshape(points: Point[][]): void {
    this.change(reshaped(this.plan, points));
  }

  #done(before: Plan): void {
    this.#past = [...this.#past, before].slice(-STEPS_KEPT);
    this.#future = [];
    this.#look();
  }

  #look(): void {
    this.canUndo = this.#past.length > 0;
    this.canRedo = this.#future.length > 0;
  }
}

function reshaped(plan: Plan, points: readonly Point[][]): Plan {
  return { ...plan, shapes: plan.shapes.map((one, at) => ({ ...one, points: points[at] ?? one.points })) };
}

const same = (one: Plan, other: Plan): boolean => JSON.stringify(one) === JSON.stringify(other);
