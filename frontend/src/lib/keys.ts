/** The keyboard of a camera's page. */
import type { Viewing } from "./state/viewing.svelte";

export function viewingKeys(event: KeyboardEvent, viewing: Viewing, fullScreen: () => void): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
  const onControl =
    target instanceof HTMLElement && target.closest("button, a, summary, [role=slider]") !== null;
  const act = action(event.key, viewing, fullScreen);
  const ownKeys = event.key === " " || event.key.startsWith("Arrow");
  if (!act || (onControl && ownKeys)) return;
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
