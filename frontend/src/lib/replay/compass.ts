/** Directions in words: one of eight. */
const EIGHT = ["n", "ne", "e", "se", "s", "sw", "w", "nw"] as const;

export type Compass = (typeof EIGHT)[number];

export function compass(degrees: number): Compass {
  return EIGHT[Math.round((((degrees % 360) + 360) % 360) / 45) % 8] ?? "n";
}
