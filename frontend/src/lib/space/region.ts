/** Region codes: a city's `33.74`, and what lies below it, down to `33.74.13.1006.rw04.rt03`. */

/** Whether `code` is `area` or lies below it. */
export function within(code: string, area: string): boolean {
  return code === area || code.startsWith(`${area}.`);
}

/** RT and RW of a code, as people say them: `RT 3 RW 4`, `RW 4`; null above those. */
export function numbersOf(code: string): string | null {
  const said = code
    .split(".")
    .reverse()
    .flatMap((part) => {
      const found = /^(rt|rw)0*(\d+)$/.exec(part);
      return found?.[1] && found[2] ? [`${found[1].toUpperCase()} ${found[2]}`] : [];
    });
  return said.length > 0 ? said.join(" ") : null;
}
