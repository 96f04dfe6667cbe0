/** Region codes: a city's `33.74`, and what lies below it, down to `33.74.13.1006.rw04.rt03`. */

/** Whether `code` is `area` or lies below it. */
export function within(code: string, area: string): boolean {
  return code === area || code.startsWith(`${area}.`);
}

/** The part of a code that names the RT or RW, as people say it: `RT 3`; null above those. */
export function numberOf(code: string): string | null {
  const found = /\.(rt|rw)0*(\d+)$/.exec(code);
  return found?.[1] && found[2] ? `${found[1].toUpperCase()} ${found[2]}` : null;
}
