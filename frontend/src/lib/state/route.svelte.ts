/** Which page is shown: the address bar is the only truth. */
export type Route =
  { page: "wall" } | { page: "camera"; id: string } | { page: "sign-in" } | { page: "lost" };

export function parseRoute(path: string): Route {
  if (path === "/") return { page: "wall" };
  if (path === "/sign-in") return { page: "sign-in" };
  const camera = /^\/cameras\/([a-z0-9][a-z0-9-]{0,62})\/?$/.exec(path);
  return camera?.[1] ? { page: "camera", id: camera[1] } : { page: "lost" };
}

class Place {
  route = $state.raw<Route>(parseRoute(location.pathname));
  query = $state.raw(new URLSearchParams(location.search));

  /** Follow the address bar and every plain link within the site. */
  follow(): () => void {
    const moved = (): void => this.#read();
    const clicked = (event: MouseEvent): void => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
        return;
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
      if (parseRoute(link.pathname).page === "lost") return;
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
    this.#read();
    scrollTo(0, 0);
  }

  /** Change the query without a new page in the history. */
  note(name: string, value: string | null): void {
    const url = new URL(location.href);
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
    history.replaceState(null, "", url);
    this.query = url.searchParams;
  }

  #read(): void {
    this.route = parseRoute(location.pathname);
    this.query = new URLSearchParams(location.search);
  }
}

export const place = new Place();
