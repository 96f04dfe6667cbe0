/** The keyboard of a camera's page. */
import type { Viewing } from "./state/viewing.svelte";

/** What the keys do besides playing. */
export interface PageKeys {
  fullScreen(): void;
  clip(): void;
  jump(): void;
  help(): void;
}

export function viewingKeys(event: KeyboardEvent, viewing: Viewing, page: PageKeys): void {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
  const on = (what: string): boolean => target instanceof HTMLElement && target.closest(what) !== null;
  if (event.key === " " && on("button, a, summary")) return;
  if (event.key.startsWith("Arrow") && on("[role=slider]")) return;
  const act = action(event.key, viewing, page);
  if (!act) return;
  event.preventDefault();
  act();
}

function action(key: string, viewing: Viewing, page: PageKeys): (() => void) | null {
  switch (key) {
    case " ":
    case "k":
      return () => viewing.toggle();
    case "ArrowLeft":
    case "j":
      return () => viewing.skip(-10);
    case "ArrowRight":
      return () => viewing.skip(10);
    case ",":
      return () => viewing.stepPicture(-1);
    case ".":
      return () => viewing.stepPicture(1);
    case "l":
    case "L":
      return () => viewing.goLive();
    case "f":
    case "F":
      return () => page.fullScreen();
    case "c":
    case "C":
      return () => page.clip();
    case "t":
    case "T":
      return () => page.jump();
    case "?":
      return () => page.help();
    default:
      return null;
  }
}
