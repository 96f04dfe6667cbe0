/** A board's way: its points in time with what joins them, for the list and for the map. */
import type { Box, LinkState, Trace, TraceLink, TracePoint } from "../api/traces";
import type { Spot } from "../portal/distance";

/** A point, its number on the board, and what joins it to the one before. */
export interface Step {
  number: number;
  point: TracePoint;
  link: TraceLink | null;
}

/** Points that hang at one place: one pin with all their numbers. */
export interface Pin extends Spot {
  numbers: number[];
  name: string;
}

export interface Leg {
  state: LinkState;
  from: Spot;
  to: Spot;
}

export function stepsOf(trace: Trace): Step[] {
  const before = new Map(trace.links.map((link) => [link.to, link]));
  return trace.points.map((point, at) => ({
    number: at + 1,
    point,
    link: at === 0 ? null : (before.get(point.id) ?? null),
  }));
}

const spotOf = ({ lat, lon }: TracePoint): Spot | null =>
  lat === null || lon === null ? null : { lat, lon };

export function pinsOf(steps: readonly Step[]): Pin[] {
  const pins = new Map<string, Pin>();
  for (const { number, point } of steps) {
    const spot = spotOf(point);
    if (!spot) continue;
    const key = `${spot.lat.toFixed(5)} ${spot.lon.toFixed(5)}`;
    const pin = pins.get(key);
    if (pin) pin.numbers.push(number);
    else pins.set(key, { ...spot, numbers: [number], name: point.camera_name });
  }
  return [...pins.values()];
}

/** What is drawn between two points: nothing where somebody said that they are not the same. */
export function legsOf(steps: readonly Step[]): Leg[] {
  return steps.flatMap(({ point, link }, at) => {
    const from = at > 0 && steps[at - 1] ? spotOf((steps[at - 1] as Step).point) : null;
    const to = spotOf(point);
    return link && from && to && link.state !== "rejected" ? [{ state: link.state, from, to }] : [];
  });
}

/** Faster than that nobody drives through a city: then it is another one, or a clock is wrong. */
const FASTEST_KMH = 130;
export const tooFast = (link: TraceLink): boolean => link.kmh !== null && link.kmh > FASTEST_KMH;

/** A box as an SVG of 100 by 100 draws it; somewhat larger than what it is around. */
export function boxOf([left, top, right, bottom]: Box): {
  x: number;
  y: number;
  width: number;
  height: number;
} {
  const [x, y] = [Math.max(0, left * 100 - 1), Math.max(0, top * 100 - 1)];
  return { x, y, width: Math.min(100, right * 100 + 1) - x, height: Math.min(100, bottom * 100 + 1) - y };
}

/** Whether a case has some footage of a camera within these moments. */
export function touches(
  footage: readonly { camera: string; from: string; to: string }[],
  camera: string,
  from: string,
  to: string,
): boolean {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  return footage.some(
    (one) => one.camera === camera && Date.parse(one.from) < last && first < Date.parse(one.to),
  );
}

/** A plate as somebody types it, as the server reads it; empty where it holds nothing to look for. */
export function plateAsked(text: string): string {
  const plain = text.toUpperCase().replace(/[^A-Z0-9?]/g, "");
  return /[A-Z0-9]/.test(plain) ? plain : "";
}

/** Each of these moments lies within a stretch, to the millisecond. */
export function within(moment: number, from: string, to: string): number {
  return Math.min(Math.max(moment, Date.parse(from)), Date.parse(to) - 40);
}
