/** The words of the wall and of a camera's whole page; newer features have dictionaries of their own. */
import type { Language } from "../time/words";
import { en } from "./en";
import { id, type Words } from "./id";
import { tongue } from "./tongue.svelte";

const all: Record<Language, Words> = { id, en };

class Speech {
  get language(): Language {
    return tongue.language;
  }

  get words(): Words {
    return all[tongue.language];
  }

  choose(language: Language): void {
    tongue.choose(language);
  }
}

export const speech = new Speech();
