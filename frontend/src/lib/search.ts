/** Forgiving search: every word typed must be found, in any order, one slip allowed in longer words. */

export function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Whether `needle` is `word`, begins it, or is one slip (change, loss, insertion, swap) from its beginning. */
function near(needle: string, word: string): boolean {
  if (word.startsWith(needle)) return true;
  if (needle.length < 4) return false;
  for (const length of [needle.length - 1, needle.length, needle.length + 1]) {
    if (length <= word.length && oneSlip(needle, word.slice(0, length))) return true;
  }
  return false;
}

function oneSlip(a: string, b: string): boolean {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const restA = a.slice(head, a.length - tail);
  const restB = b.slice(head, b.length - tail);
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}

export function matches(query: string, ...texts: string[]): boolean {
  const needles = fold(query).split(" ").filter(Boolean);
  if (needles.length === 0) return true;
  const hay = fold(texts.join(" "));
  const words = hay.split(" ");
  const joined = hay.replaceAll(" ", "");
  return needles.every((needle) => joined.includes(needle) || words.some((word) => near(needle, word)));
}
