/** Search that forgives slips, over all cameras of a city, quick enough for every key on a phone. */
import { fold } from "../search";
import type { City } from "./city";
import { allowedSlips, moreSlips, slips } from "./slips";

/** Words whose number belongs to them: RT 3 is one word here, not every 3. */
const NUMBERED = new Set(["rt", "rw", "no", "km", "blok"]);

/** What everybody writes short; in names as in what is typed. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ["jl", "jalan"],
  ["jln", "jalan"],
  ["gg", "gang"],
  ["psr", "pasar"],
  ["kp", "kampung"],
  ["stn", "stasiun"],
]);

/** Words of a text as they are compared: "RT03" and "rt 3" are the same, "rt 3". */
export function wordsOf(text: string): string[] {
  const parts = fold(text)
    .replace(/(\p{L})(\p{N})/gu, "$1 $2")
    .replace(/(\p{N})(\p{L})/gu, "$1 $2")
    .split(" ")
    .filter(Boolean)
    .map((word) => word.replace(/^0+(?=\d)/, ""));
  const words: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    const word = parts[at] ?? "";
    const next = parts[at + 1] ?? "";
    if (NUMBERED.has(word) && /^\d/.test(next)) {
      words.push(`${word} ${next}`);
      at += 1;
    } else words.push(SHORT.get(word) ?? word);
  }
  return words;
}

/** What a found word is worth: the whole, its beginning, somewhere in it, with slips. */
const WHOLE = 8;
const BEGINS = 5;
const INSIDE = 3;
const SLIPPED = 2;
/** A word in the camera's or site's own name counts more than one in its area's. */
const OWN = 2;

interface Posting {
  rows: number[];
  /** 1 or OWN, beside each row. */
  weights: number[];
}

export class SearchIndex {
  #words = new Map<string, Posting>();
  #size: number;

  constructor(city: City, kindName: (kind: string) => string) {
    this.#size = city.cameras.length;
    const ofArea = new Map<string, string[]>();
    const ofKind = new Map<string, string[]>();
    for (const camera of city.cameras) {
      const { site } = camera;
      const area = remember(ofArea, site.area, () =>
        wordsOf(`${site.areaName} ${city.placeName(site.area)}`),
      );
      const kind = remember(ofKind, site.kind, () => wordsOf(kindName(site.kind)));
      this.#add(camera.row, wordsOf(`${site.name} ${camera.name}`), OWN);
      this.#add(camera.row, area, 1);
      this.#add(camera.row, kind, 1);
    }
  }

  #add(row: number, words: string[], weight: number): void {
    for (const word of words) {
      let posting = this.#words.get(word);
      if (!posting) this.#words.set(word, (posting = { rows: [], weights: [] }));
      if (posting.rows.at(-1) === row) continue;
      posting.rows.push(row);
      posting.weights.push(weight);
    }
  }

  /** What each camera's row is worth for a query, 0 where a word is missing; null when nothing was typed. */
  find(query: string): Uint16Array | null {
    const typed = wordsOf(query).slice(0, 8);
    if (typed.length === 0) return null;
    const strict = this.#all(typed, allowedSlips);
    return strict.some((worth) => worth > 0) ? strict : this.#all(typed, moreSlips);
  }

  #all(typed: string[], allowed: (length: number) => number): Uint16Array {
    const total = new Uint16Array(this.#size);
    for (const [at, word] of typed.entries()) {
      const worth = this.#worth(word, allowed(word.length));
      for (let row = 0; row < total.length; row++) {
        const before = total[row] ?? 0;
        const now = worth[row] ?? 0;
        total[row] = now === 0 || (at > 0 && before === 0) ? 0 : before + now;
      }
    }
    return total;
  }

  #worth(typed: string, most: number): Uint8Array {
    const worth = new Uint8Array(this.#size);
    for (const [word, posting] of this.#words) {
      const value = match(typed, word, most);
      if (value === 0) continue;
      for (const [at, row] of posting.rows.entries()) {
        worth[row] = Math.max(worth[row] ?? 0, value * (posting.weights[at] ?? 1));
      }
    }
    return worth;
  }
}

function match(typed: string, word: string, most: number): number {
  if (typed === word) return WHOLE;
  if (/\d$/.test(typed)) return word.startsWith(typed) ? BEGINS : 0;
  if (word.startsWith(typed)) return BEGINS;
  if (typed.length >= 3 && word.includes(typed)) return INSIDE;
  // A short word that may be wrong is compared with short words only: with one slip it begins nearly everything.
  if (most === 0 || (typed.length < 4 && word.length > typed.length + 1)) return 0;
  return slips(typed, word, most) <= most ? SLIPPED : 0;
}

function remember<V>(kept: Map<string, V>, key: string, make: () => V): V {
  let value = kept.get(key);
  if (value === undefined) kept.set(key, (value = make()));
  return value;
}
