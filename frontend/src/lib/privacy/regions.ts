/** Regions of a masked copy: shapes that change from key moment to key moment. Moments are seconds from the start. */
import type { Plan } from "../api/copies";
import type { Way } from "../api/following";
import type { Mask } from "../api/registry";
import type { Point } from "../publishing/masks";

export interface Key {
  at: number;
  corners: Mask;
}

export interface Region {
  does: "show" | "hide";
  from: number;
  to: number;
  keys: Key[];
}

export type Hides = Plan["hides"];

export const MOST_KEYS = 120;
/** How long somebody is shown who was marked at one moment only. */
const ONE_MOMENT_S = 1;
const SAME_S = 0.02;

/** Where a region lies at a moment; what cannot be followed stays where it was. */
export function cornersAt(region: Region, at: number): Mask {
  const later = region.keys.findIndex((key) => key.at > at);
  const before = region.keys[later < 0 ? region.keys.length - 1 : Math.max(0, later - 1)];
  const after = later <= 0 ? before : region.keys[later];
  if (!before || !after) return [];
  if (before === after || before.corners.length !== after.corners.length) return before.corners;
  const share = (at - before.at) / (after.at - before.at);
  return before.corners.map(([x, y], number): Point => {
    const [toX, toY] = after.corners[number] ?? [x, y];
    return [x + (toX - x) * share, y + (toY - y) * share];
  });
}

export const isThere = (region: Region, at: number): boolean => region.from <= at && at < region.to;

/** A new region, drawn at a moment: who is shown is shown for a second, what is hidden is hidden all the time. */
export function begun(does: Region["does"], at: number, length: number, corners: Mask): Region {
  if (does === "hide") return { does, from: 0, to: length, keys: [{ at, corners }] };
  const from = Math.min(at, Math.max(0, length - ONE_MOMENT_S));
  return { does, from, to: Math.min(length, from + ONE_MOMENT_S), keys: [{ at, corners }] };
}

/** The region with other corners at a moment, which becomes a key moment; who is shown is shown until then too. */
export function reshaped(region: Region, at: number, corners: Mask, length: number): Region {
  const was = cornersAt(region, at);
  const kept = region.keys
    .map((key) => ({ ...key, corners: alike(key.corners, was, corners) }))
    .filter((key) => Math.abs(key.at - at) >= SAME_S);
  if (kept.length >= MOST_KEYS) return region;
  const keys = [...kept, { at, corners }].sort((one, other) => one.at - other.at);
  if (region.does === "hide") return { ...region, keys };
  const last = Math.min(length, at + SAME_S * 2);
  return { ...region, keys, from: Math.min(region.from, at), to: Math.max(region.to, last) };
}

/**
 * The region carried along a way that was followed from a moment on. Where its end is not sure nothing is uncovered: what
 * hides goes on standing where it was seen last, who is shown is shown no further. What left the view is not there.
 */
export function carried(region: Region, at: number, way: Way, length: number): Region {
  const [begin, end] = [Math.min(at, way.reached_s), Math.max(at, way.reached_s)];
  const along = way.keys.map(({ at_s, corners }) => ({ at: at_s, corners }));
  const kept = region.keys.filter((key) => key.at < begin - SAME_S || key.at > end + SAME_S);
  const keys = [...kept, ...along].sort((one, other) => one.at - other.at);
  if (keys.length > MOST_KEYS || along.length === 0) return region;
  const after = { ...region, keys };
  const ends = way.ended === "left" || (region.does === "show" && way.ended !== "reached");
  if (way.reached_s >= at) {
    const to = Math.min(length, end + SAME_S * 2);
    if (ends) return { ...after, from: Math.min(region.from, at), to };
    return { ...after, from: Math.min(region.from, at), to: Math.max(region.to, to) };
  }
  if (ends) return { ...after, from: begin, to: Math.max(region.to, end) };
  return { ...after, from: Math.min(region.from, begin), to: Math.max(region.to, end) };
}

/** The same corner put in, or taken away, at another moment: only shapes with as many corners can follow each other. */
export function alike(corners: Mask, before: Mask, after: Mask): Mask {
  if (corners.length !== before.length || after.length === before.length) return corners;
  const differs = ([x, y]: Point, other: Point | undefined): boolean => x !== other?.[0] || y !== other[1];
  const at = before.findIndex((point, number) => differs(point, after[number]));
  if (after.length > before.length) {
    const place = at < 0 ? before.length : at;
    const here = corners[place - 1] ?? corners.at(-1);
    const next = corners[place % corners.length];
    if (!here || !next) return corners;
    const between: Point = [(here[0] + next[0]) / 2, (here[1] + next[1]) / 2];
    return [...corners.slice(0, place), between, ...corners.slice(place)];
  }
  return corners.filter((_, number) => number !== (at < 0 ? before.length - 1 : at));
}

/** Take a key moment away; the last one stays. */
export function forgotten(region: Region, at: number): Region {
  const keys = region.keys.filter((key) => key.at !== at);
  return keys.length > 0 ? { ...region, keys } : region;
}

/** The moments at which regions were marked, in order, each once. */
export function marked(regions: readonly Region[]): number[] {
  const all = regions.flatMap((region) => region.keys.map((key) => thousandths(key.at)));
  return [...new Set(all)].sort((one, other) => one - other);
}

const thousandths = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** What the server takes; the camera's own masks are painted in a preview as they are in the copy. */
export function planOf(
  hides: Hides,
  regions: readonly Region[],
  always: readonly Mask[],
  length: number,
): Plan {
  const drawn = hides === "regions" ? regions.filter((region) => region.does === "hide") : regions;
  const own: Region[] = always.map((corners) => ({
    does: "hide",
    from: 0,
    to: length,
    keys: [{ at: 0, corners }],
  }));
  return {
    hides,
    regions: [...drawn, ...own].map(({ does, from, to, keys }) => ({
      does,
      from_s: thousandths(from),
      to_s: thousandths(to),
      keys: keys.map(({ at, corners }) => ({ at_s: thousandths(at), corners })),
    })),
  };
}

/** Moments of a stretch for a strip of pictures: the first one, then evenly on. */
export function moments(length: number, most = 12): number[] {
  const step = Math.max(2, Math.ceil(length / most));
  const found: number[] = [];
  for (let at = 0; at < length; at += step) found.push(at);
  return found;
}
