/** Favourites of this device: no account, nothing leaves it. */

const KEY = "ronda-favourites";
/** More than a person looks through. */
export const MOST_FAVOURITES = 200;

export function readFavourites(text: string | null): string[] {
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return [];
    return value.filter((id): id is string => typeof id === "string" && id !== "").slice(0, MOST_FAVOURITES);
  } catch {
    return [];
  }
}

/** Put a camera first, or take it away; the oldest leaves when there are too many. */
export function toggled(ids: readonly string[], id: string): string[] {
  if (ids.includes(id)) return ids.filter((other) => other !== id);
  return [id, ...ids].slice(0, MOST_FAVOURITES);
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

class Favourites {
  ids = $state.raw<string[]>(readFavourites(kept()));
  readonly set = $derived(new Set(this.ids));

  toggle(id: string): void {
    this.ids = toggled(this.ids, id);
    try {
      localStorage.setItem(KEY, JSON.stringify(this.ids));
    } catch {
      // Storage is forbidden: the choice lasts as long as the page.
    }
  }
}

export const favourites = new Favourites();
