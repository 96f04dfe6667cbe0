/** How one of several pictures keeps in step with a clock that they share. Drift is in ms, above 0: ahead of it. */

export type Steer =
  | { do: "keep"; factor: number }
  /** Too far away to be caught up with: go there. */
  | { do: "seek" };

/** Nobody sees less than this. */
const CLOSE_MS = 30;
const FAR_MS = 400;
const LEAST = 0.05;
const MOST = 0.15;
/** What browsers play; above, pictures are gone to one by one. */
export const FASTEST = 16;
const SLOWEST = 0.0625;

/** What to do about a drift while playing at `rate`: in fast motion the same wait is a longer way. */
export function steer(driftMs: number, rate: number): Steer {
  const stretch = Math.max(1, rate);
  const away = Math.abs(driftMs) / stretch;
  if (away < CLOSE_MS) return { do: "keep", factor: 1 };
  if (away >= FAR_MS) return { do: "seek" };
  const share = (away - CLOSE_MS) / (FAR_MS - CLOSE_MS);
  const by = LEAST + (MOST - LEAST) * share;
  return { do: "keep", factor: driftMs > 0 ? 1 - by : 1 + by };
}

export function playable(rate: number): number {
  return Math.min(FASTEST, Math.max(SLOWEST, rate));
}

/** What a seek is expected to take, from how long the last ones did, ms: where it arrives the clock is then. */
export function expected(before: number, tookMs: number): number {
  return Math.min(1500, before * 0.5 + tookMs * 0.5);
}
