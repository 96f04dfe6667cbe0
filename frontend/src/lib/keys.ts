/** The keyboard of a camera's page. */
import type { Viewing } from "./state/viewing.svelte";

export function viewingKeys(event: KeyboardEvent, viewing: Viewing, fullScreen: () => void): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
  const on = (what: string): boolean => target instanceof HTMLElement && target.closest(what) !== null;
  if (event.key === " " && on("button, a, summary")) return;
  if (event.key.startsWith("Arrow") && on("[role=slider]")) return;
  const act = action(event.key, viewing, fullScreen);
  if (!act) return;
  event.preventDefault();
  act();
}

function action(key: string, viewing: Viewing, fullScreen: () => void): (() => void) | null {
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
      return fullScreen;
    default:
      return null;
  }
}
