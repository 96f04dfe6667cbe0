/** Which page is shown: the address bar is the only truth. */
import { matchPage, type Match } from "../pages";

class Place {
  match = $state.raw<Match | null>(matchPage(location.pathname));
  path = $state(location.pathname);
  query = $state.raw(new URLSearchParams(location.search));
  /** How often somebody moved on within the site: nothing yet on the page that was asked for first. */
  moves = $state(0);
  /** Somebody came back to this page, and wants to find it as it was left. */
  returned = false;

  /** Follow the address bar and every plain link within the site. */
  follow(): () => void {
    const moved = (): void => {
      this.returned = true;
      this.#read();
    };
    const clicked = (event: MouseEvent): void => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
        return;
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
      if (link.hash && link.pathname === location.pathname) return;
      if (!matchPage(link.pathname)) return;
      event.preventDefault();
      this.go(link.href);
    };
    addEventListener("popstate", moved);
    document.addEventListener("click", clicked);
    return () => {
      removeEventListener("popstate", moved);
      document.removeEventListener("click", clicked);
    };
  }

  go(href: string): void {
    history.pushState(null, "", href);
    this.returned = false;
    this.#read();
    scrollTo(0, 0);
  }

  /** Another address for the page that is being opened: going back leads to what was before it. */
  replace(href: string): void {
    history.replaceState(null, "", href);
    this.#read();
  }

  /** Change the query without a new page in the history. */
  note(name: string, value: string | null): void {
    this.notes({ [name]: value });
  }

  /** Change several names of the query at once; null takes one away. */
  notes(changes: Record<string, string | null>): void {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    if (url.href === location.href) return;
    history.replaceState(history.state, "", url);
    this.query = url.searchParams;
  }

  #read(): void {
    this.match = matchPage(location.pathname);
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
    this.moves += 1;
  }
}

export const place = new Place();
