/** The tokens as a canvas needs them: colours resolved for the theme of this moment. */
import type { Ink } from "./draw";

export function inks(node: HTMLElement): Ink {
  const probe = document.createElement("i");
  node.append(probe);
  const resolve = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const ink: Ink = {
    ink: resolve("ink"),
    quiet: resolve("quiet"),
    line: resolve("line"),
    paper: resolve("paper"),
    sunken: resolve("sunken"),
    footage: resolve("footage"),
    alive: resolve("alive-fill"),
    waiting: resolve("waiting"),
    dead: resolve("dead"),
  };
  probe.remove();
  return ink;
}
