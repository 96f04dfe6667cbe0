/** Stretches without observation, as a person wants to read them. */
import type { Gap } from "../api/watching";

const NEAR_MS = 60_000;

/** The gaps, oldest first; those of one cause that follow each other within a minute are one. */
export function joined(gaps: readonly Gap[]): Gap[] {
  const made: Gap[] = [];
  for (const gap of gaps) {
    const last = made.at(-1);
    const near = last && Date.parse(gap.from) - Date.parse(last.to) < NEAR_MS;
    if (last && near && last.cause === gap.cause && last.problem === gap.problem)
      made[made.length - 1] = { ...last, to: gap.to, lasts: gap.lasts };
    else made.push(gap);
  }
  return made;
}
