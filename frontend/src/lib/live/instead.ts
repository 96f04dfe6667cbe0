/** Why something else than video is shown, and whether that passes. */

export interface Instead {
  /** What pages translate (`docs/api.md`); empty where the server did not say. */
  code: string;
  /** The same in English, for codes that a page does not know yet. */
  reason: string;
}

/** What lasts until the camera is shown otherwise, or another browser is used: asking again for video is no use. */
const LASTING: ReadonlySet<string> = new Set([
  "stills-only",
  "without-people",
  "delayed",
  "masks-unplayable",
  "masked-past",
  "codec",
  "codec-h264",
  "codec-h265",
  "past-h264",
  "past-h265",
]);

/** Whether video may come back by itself, so that it is asked for again after a while. */
export function passes({ code }: Instead): boolean {
  return !LASTING.has(code);
}

/** Single pictures that come in the socket itself: so long they are looked at before video is asked for again. */
export const STILLS_AGAIN_MS = 120_000;

const FALLBACK_AGAIN_MS = 45_000;
const LASTING_AGAIN_MS = 300_000;

/**
 * How long to wait after the server sent a page to the stills: about a minute, spread out so that a crowd does not
 * come back at once; much longer where only another decision changes anything. `random` in 0..1.
 */
export function untilAgain(instead: Instead, random: number): number {
  const least = passes(instead) ? FALLBACK_AGAIN_MS : LASTING_AGAIN_MS;
  return Math.round(least * (1 + 0.7 * random));
}
