/** The language that the person chose, kept on this device, and dictionaries that follow it. */
import type { Language } from "../time/words";

const KEY = "ronda-language";

function remembered(): Language {
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "id";
  } catch {
    return "id";
  }
}

class Tongue {
  language = $state<Language>(remembered());

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

export const tongue = new Tongue();

/** A feature's words in the language of the screen: `words` of it changes with the choice. */
export interface Dictionary<W> {
  readonly words: W;
}

/** Put a feature's two languages together; each feature loads with its own pages only. */
export function dictionary<W>(both: Record<Language, W>): Dictionary<W> {
  return {
    get words() {
      return both[tongue.language];
    },
  };
}
