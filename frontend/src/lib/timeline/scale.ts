/** The timeline's arithmetic: moments (ms since 1970) to pixels and back, zoom, pan, ticks. No drawing. */

export interface View {
  from: number;
  to: number;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const SHORTEST = 5 * MINUTE;
export const LONGEST = 30 * DAY;

export const lengthOf = (view: View): number => view.to - view.from;

export function xOf(view: View, width: number, moment: number): number {
  return ((moment - view.from) / lengthOf(view)) * width;
}

export function momentOf(view: View, width: number, x: number): number {
  return view.from + (x / width) * lengthOf(view);
}

/** Zoom by `factor` (below 1: closer) about a moment that stays where it is. */
export function zoom(view: View, factor: number, about: number, now: number): View {
  const length = Math.min(LONGEST, Math.max(SHORTEST, lengthOf(view) * factor));
  const share = (about - view.from) / lengthOf(view);
  const from = about - share * length;
  return keepNear({ from, to: from + length }, now);
}

export function pan(view: View, by: number, now: number): View {
  return keepNear({ from: view.from + by, to: view.to + by }, now);
}

/** A view never lies wholly in the future: a quarter of it at most does. */
function keepNear(view: View, now: number): View {
  const latest = now + lengthOf(view) / 4;
  const over = Math.max(0, view.to - latest);
  return { from: view.from - over, to: view.to - over };
}

/** Of this length, with the moment at a share of its width. */
export function around(moment: number, length: number, share: number): View {
  return { from: moment - length * share, to: moment + length * (1 - share) };
}

/** Follow a moving moment: where it leaves the view (or its last tenth), the view pages on. */
export function following(view: View, moment: number): View {
  const share = (moment - view.from) / lengthOf(view);
  return share < 0 || share > 0.9 ? around(moment, lengthOf(view), share < 0 ? 0.9 : 0.5) : view;
}

const STEPS = [
  5_000,
  10_000,
  15_000,
  30_000,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  5 * DAY,
  10 * DAY,
];

export interface Ticks {
  step: number;
  at: number[];
}

/** Round moments of the zone (`offset` ms ahead of UTC), at least `apart` pixels from each other. */
export function ticks(view: View, width: number, apart: number, offset: number): Ticks {
  const least = (apart / width) * lengthOf(view);
  const step = STEPS.find((candidate) => candidate >= least) ?? 10 * DAY;
  const first = Math.ceil((view.from + offset) / step) * step - offset;
  const at: number[] = [];
  for (let moment = first; moment <= view.to; moment += step) at.push(moment);
  return { step, at };
}
