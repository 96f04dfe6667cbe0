/**
 * Hands on the timeline: a drag on the strip scrubs and, let go, goes there; a drag on the ruler or two
 * fingers move the view; wheel and pinch zoom.
 */
import { RULER_PX } from "./draw";
import { lengthOf, momentOf, pan, zoom, type View } from "./scale";

export interface Hands {
  view(): View;
  look(view: View): void;
  /** The moment under the hand; null when it has left. */
  hover(moment: number | null): void;
  seek(moment: number): void;
}

type Grip =
  | { is: "none" }
  | { is: "scrub" }
  | { is: "pan"; x: number }
  | { is: "pinch"; apart: number; middle: number };

export class TimelinePointer {
  #grip: Grip = { is: "none" };
  #fingers = new Map<number, number>();

  constructor(
    readonly strip: HTMLElement,
    readonly hands: Hands,
  ) {
    strip.addEventListener("pointerdown", this.#down);
    strip.addEventListener("pointermove", this.#move);
    strip.addEventListener("pointerup", this.#up);
    strip.addEventListener("pointercancel", this.#gone);
    strip.addEventListener("pointerleave", this.#left);
    strip.addEventListener("wheel", this.#wheel, { passive: false });
  }

  close(): void {
    const { strip } = this;
    strip.removeEventListener("pointerdown", this.#down);
    strip.removeEventListener("pointermove", this.#move);
    strip.removeEventListener("pointerup", this.#up);
    strip.removeEventListener("pointercancel", this.#gone);
    strip.removeEventListener("pointerleave", this.#left);
    strip.removeEventListener("wheel", this.#wheel);
  }

  #at(clientX: number): { x: number; moment: number; width: number } {
    const box = this.strip.getBoundingClientRect();
    const x = Math.min(box.width, Math.max(0, clientX - box.left));
    return { x, width: box.width, moment: momentOf(this.hands.view(), box.width, x) };
  }

  #down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.strip.setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, event.clientX);
    if (this.#fingers.size === 2) {
      this.#grip = this.#pinch();
      this.hands.hover(null);
      return;
    }
    const onRuler = event.clientY - this.strip.getBoundingClientRect().top < RULER_PX;
    this.#grip = onRuler ? { is: "pan", x: event.clientX } : { is: "scrub" };
    if (!onRuler) this.hands.hover(this.#at(event.clientX).moment);
  };

  #move = (event: PointerEvent): void => {
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, event.clientX);
    const { moment, width } = this.#at(event.clientX);
    const view = this.hands.view();
    switch (this.#grip.is) {
      case "none":
      case "scrub":
        return this.hands.hover(moment);
      case "pan":
        this.hands.look(pan(view, ((this.#grip.x - event.clientX) / width) * lengthOf(view), Date.now()));
        this.#grip = { is: "pan", x: event.clientX };
        return;
      case "pinch":
        this.#spread(this.#grip, width);
    }
  };

  #pinch(): Extract<Grip, { is: "pinch" }> {
    const [a = 0, b = 0] = this.#fingers.values();
    return { is: "pinch", apart: Math.max(20, Math.abs(a - b)), middle: (a + b) / 2 };
  }

  #spread(before: Extract<Grip, { is: "pinch" }>, width: number): void {
    const after = this.#pinch();
    const view = this.hands.view();
    const moved = pan(view, ((before.middle - after.middle) / width) * lengthOf(view), Date.now());
    this.hands.look(moved);
    this.hands.look(zoom(moved, before.apart / after.apart, this.#at(after.middle).moment, Date.now()));
    this.#grip = after;
  }

  #up = (event: PointerEvent): void => {
    const scrubbed = this.#grip.is === "scrub";
    this.#gone(event);
    if (scrubbed) this.hands.seek(this.#at(event.clientX).moment);
  };

  #gone = (event: PointerEvent): void => {
    this.#fingers.delete(event.pointerId);
    this.#grip = { is: "none" };
    if (event.pointerType !== "mouse") this.hands.hover(null);
  };

  #left = (): void => {
    if (this.#grip.is === "none") this.hands.hover(null);
  };

  #wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const view = this.hands.view();
    const { moment, width } = this.#at(event.clientX);
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      this.hands.look(pan(view, (sideways / width) * lengthOf(view), Date.now()));
    } else {
      this.hands.look(
        zoom(view, Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 240), moment, Date.now()),
      );
    }
  };
}
