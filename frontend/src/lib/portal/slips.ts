/** How far a typed word is from a word that there is: slips of the finger, counted as they happen. */

/** How many slips a typed word of this length may hold. */
export function allowedSlips(length: number): number {
  return length < 4 ? 0 : length < 8 ? 1 : 2;
}

/** How many where nothing was found with fewer: a short word may be wrong too. */
export function moreSlips(length: number): number {
  return length < 3 ? 0 : length < 6 ? 1 : 2;
}

/**
 * The fewest slips (a change, a loss, an insertion, a swap of neighbours) that turn `typed` into the beginning of
 * `word`, or `most + 1` where it takes more. Damerau's distance restricted to neighbours, in a band.
 */
export function slips(typed: string, word: string, most: number): number {
  if (word.length < typed.length - most) return most + 1;
  const width = Math.min(word.length, typed.length + most);
  let before: number[] = [];
  let last = Array.from({ length: width + 1 }, (_, at) => at);
  for (let row = 1; row <= typed.length; row++) {
    const line = new Array<number>(width + 1).fill(most + 1);
    line[0] = row;
    let least = row;
    for (let at = Math.max(1, row - most); at <= Math.min(width, row + most); at++) {
      const same = typed[row - 1] === word[at - 1];
      let best = Math.min(
        (last[at] ?? row) + 1,
        (line[at - 1] ?? row) + 1,
        (last[at - 1] ?? row) + (same ? 0 : 1),
      );
      if (row > 1 && at > 1 && typed[row - 1] === word[at - 2] && typed[row - 2] === word[at - 1]) {
        best = Math.min(best, (before[at - 2] ?? row) + 1);
      }
      line[at] = best;
      least = Math.min(least, best);
    }
    if (least > most) return most + 1;
    before = last;
    last = line;
  }
  // What follows in `word` is not counted: it is still being typed.
  return Math.min(most + 1, ...last.slice(Math.max(0, typed.length - most)));
}
