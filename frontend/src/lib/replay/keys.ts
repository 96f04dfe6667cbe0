/** The keyboard of a replay. */
import type { Conductor } from "./conductor.svelte";

export interface ReplayKeys {
  event(direction: 1 | -1): void;
  mark(): void;
  fullScreen(): void;
  help(): void;
}

export function replayKeys(event: KeyboardEvent, conductor: Conductor, page: ReplayKeys): void {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (
    target instanceof HTMLInputElement ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement
  )
    return;
  const on = (what: string): boolean => target instanceof HTMLElement && target.closest(what) !== null;
  if (event.key === " " && on("button, a, summary")) return;
  if (event.key.startsWith("Arrow") && on("[role=slider]")) return;
  const act = action(event.key, conductor, page);
  if (!act) return;
  event.preventDefault();
  act();
}

function action(key: string, conductor: Conductor, page: ReplayKeys): (() => void) | null {
  const number = Number(key);
  if (number >= 1 && number <= conductor.cells.length) return () => conductor.enlarge(number - 1);
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case " ":
    case "k":
      return () => conductor.toggle();
    case "ArrowLeft":
    case "j":
      return () => conductor.skip(-10);
    case "ArrowRight":
      return () => conductor.skip(10);
    case ",":
      return () => conductor.stepPicture(-1);
    case ".":
      return () => conductor.stepPicture(1);
    case "[":
      return () => conductor.turn(-1);
    case "]":
      return () => conductor.turn(1);
    case "n":
      return () => page.event(1);
    case "p":
      return () => page.event(-1);
    case "b":
      return () => page.mark();
    case "f":
      return () => page.fullScreen();
    case "?":
      return () => page.help();
    default:
      return null;
  }
}
