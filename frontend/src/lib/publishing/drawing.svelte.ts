/** The masks of one camera while somebody draws: what is drawn, what is being drawn, and what can be taken back. */
import type { Mask } from "../api/registry";
import * as shapes from "./masks";
import type { Point } from "./masks";

export class Drawing {
  masks = $state.raw<Mask[]>([]);
  /** Corners of a mask that is not closed yet; null while none is being drawn. */
  open = $state.raw<Point[] | null>(null);
  canUndo = $state(false);
  canRedo = $state(false);
  #steps = new shapes.Steps();
  #saved = $state.raw("[]");
  #grabbed: Mask[] | null = null;

  get changed(): boolean {
    return JSON.stringify(this.masks) !== this.#saved;
  }

  get full(): boolean {
    return this.masks.length >= shapes.MOST_MASKS;
  }

  begin(masks: Mask[]): void {
    this.masks = masks;
    this.#saved = JSON.stringify(masks);
    this.#steps = new shapes.Steps();
    this.#look();
  }

  /** What is drawn is what is stored. */
  saved(masks: Mask[]): void {
    this.masks = masks;
    this.#saved = JSON.stringify(masks);
  }

  addBox(): void {
    this.#change(shapes.withBox(this.masks));
  }

  remove(mask: number): void {
    this.#change(this.masks.filter((_, at) => at !== mask));
  }

  insert(mask: number, after: number): void {
    this.#change(shapes.inserted(this.masks, mask, after));
  }

  cut(mask: number, corner: number): void {
    this.#change(shapes.cut(this.masks, mask, corner));
  }

  move(mask: number, corner: number, to: Point): void {
    this.#change(shapes.moved(this.masks, mask, corner, to));
  }

  shift(mask: number, by: Point): void {
    this.#change(shapes.shifted(this.masks, mask, by));
  }

  /** The whole mask is held, and has come so far from where it was grabbed. */
  carry(mask: number, by: Point): void {
    this.masks = shapes.shifted(this.#grabbed ?? this.masks, mask, by);
  }

  /** A corner is held: what is done until it is let go is one step. */
  grab(): void {
    this.#grabbed = this.masks;
  }

  drag(mask: number, corner: number, to: Point): void {
    this.masks = shapes.moved(this.masks, mask, corner, to);
  }

  drop(): void {
    const before = this.#grabbed;
    this.#grabbed = null;
    if (!before || JSON.stringify(before) === JSON.stringify(this.masks)) return;
    this.#steps.done(before);
    this.#look();
  }

  draw(): void {
    this.open = [];
  }

  point(at: Point): void {
    if (this.open && this.open.length < shapes.MOST_CORNERS) this.open = [...this.open, shapes.inside(at)];
  }

  /** Close what is being drawn; with fewer than three corners it is nothing. */
  finish(): void {
    const drawn = this.open;
    this.open = null;
    if (drawn && drawn.length >= shapes.LEAST_CORNERS) this.#change([...this.masks, drawn]);
  }

  undo(): void {
    if (this.open && this.open.length > 0) {
      this.open = this.open.slice(0, -1);
      return;
    }
    this.masks = this.#steps.undo(this.masks);
    this.#look();
  }

  redo(): void {
    this.masks = this.#steps.redo(this.masks);
    this.#look();
  }

  #change(after: Mask[]): void {
    if (JSON.stringify(after) === JSON.stringify(this.masks)) return;
    this.#steps.done(this.masks);
    this.masks = after;
    this.#look();
  }

  #look(): void {
    this.canUndo = this.#steps.canUndo;
    this.canRedo = this.#steps.canRedo;
  }
}
