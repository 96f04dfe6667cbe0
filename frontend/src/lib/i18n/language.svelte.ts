/** The language of the screen: a choice of the person, kept on this device. */
import type { Language } from "../time/words";
import { en } from "./en";
import { id, type Words } from "./id";

const KEY = "ronda-language";
const all: Record<Language, Words> = { id, en };

function remembered(): Language {
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "id";
  } catch {
    return "id";
  }
}

class Speech {
  language = $state<Language>(remembered());

  get words(): Words {
    return all[this.language];
  }

  choose(language: Language): void {
    this.language = language;
    document.documentElement.lang = language;
    try {
      localStorage.setItem(KEY, language);
    } catch {
      // Storage is forbidden: the choice lasts as long as the page.
    }
  }
}

export const speech = new Speech();
