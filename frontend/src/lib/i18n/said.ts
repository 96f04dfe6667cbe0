/** Sentences that the server says in English, in the language of the screen: with holes (`{}`), which keep their order. */
import type { Language } from "../time/words";

/** English, then Indonesian, with as many holes. */
export type Pair = readonly [string, string];

const HOLE = "{}";

interface Rule {
  pattern: RegExp;
  said: string[];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Return what says a sentence; one that is not among the pairs is shown as the server wrote it. */
export function sayer(pairs: readonly Pair[]): (sentence: string, language: Language) => string {
  const rules: readonly Rule[] = pairs.map(([english, indonesian]) => ({
    pattern: new RegExp(`^${english.split(HOLE).map(escaped).join("(.+?)")}$`, "s"),
    said: indonesian.split(HOLE),
  }));
  return (sentence, language) => {
    if (language === "en") return sentence;
    for (const { pattern, said } of rules) {
      const found = pattern.exec(sentence);
      if (found) return said.map((part, at) => (at === 0 ? part : `${found[at] ?? ""}${part}`)).join("");
    }
    return sentence;
  };
}
