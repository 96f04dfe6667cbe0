/** Hands on a picture: a tap chooses it, a drag moves what is zoomed, the wheel and two fingers zoom. */
import { shift, zoomAt, type Zoom } from "./zoom";

export interface ZoomWishes {
  zoom(): Zoom;
  set(zoom: Zoom): void;
  tapped(): void;
  /** Whether the wheel zooms here now, and does not scroll the page. */
  wheels(event: WheelEvent): boolean;
}

const TAP_PX = 8;

export class ZoomHands {
  #fingers = new Map<number, { x: number; y: number }>();
  #moved = 0;

  constructor(
    readonly node: HTMLElement,
    readonly wishes: ZoomWishes,
  ) {
    node.addEventListener("pointerdown", this.#down);
    node.addEventListener("pointermove", this.#move);
    node.addEventListener("pointerup", this.#up);
    node.addEventListener("pointercancel", this.#gone);
    node.addEventListener("wheel", this.#wheel, { passive: false });
  }

  close(): void {
    const { node } = this;
    node.removeEventListener("pointerdown", this.#down);
    node.removeEventListener("pointermove", this.#move);
    node.removeEventListener("pointerup", this.#up);
    node.removeEventListener("pointercancel", this.#gone);
    node.removeEventListener("wheel", this.#wheel);
  }

  #down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.node.setPointerCapture(event.pointerId);
    if (this.#fingers.size === 0) this.#moved = 0;
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };

  #move = (event: PointerEvent): void => {
    const before = this.#fingers.get(event.pointerId);
    if (!before) return;
    const after = { x: event.clientX, y: event.clientY };
    const box = this.node.getBoundingClientRect();
    this.#moved += Math.hypot(after.x - before.x, after.y - before.y);
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.#fingers.set(event.pointerId, after);
    if (this.#fingers.size === 2 && other) {
      const apart = (one: { x: number; y: number }): number =>
        Math.max(20, Math.hypot(one.x - other.x, one.y - other.y));
      const px = ((after.x + other.x) / 2 - box.left) / box.width;
      const py = ((after.y + other.y) / 2 - box.top) / box.height;
      this.wishes.set(zoomAt(this.wishes.zoom(), apart(after) / apart(before), px, py));
    } else if (this.wishes.zoom().scale > 1) {
      const [dx, dy] = [(after.x - before.x) / box.width, (after.y - before.y) / box.height];
      this.wishes.set(shift(this.wishes.zoom(), dx, dy));
    }
  };

  #up = (event: PointerEvent): void => {
    const alone = this.#fingers.size === 1;
    this.#gone(event);
    if (alone && this.#moved < TAP_PX) this.wishes.tapped();
  };

  #gone = (event: PointerEvent): void => {
    this.#fingers.delete(event.pointerId);
  };

  #wheel = (event: WheelEvent): void => {
    if (!this.wishes.wheels(event)) return;
    event.preventDefault();
    const box = this.node.getBoundingClientRect();
    const [px, py] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const by = Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 160);
    this.wishes.set(zoomAt(this.wishes.zoom(), by, px, py));
  };
}
