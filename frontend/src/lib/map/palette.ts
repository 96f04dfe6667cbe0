/** The map's colours, read from the page's own, for the theme that is on. */

const NAMES = [
  "paper",
  "ink",
  "quiet",
  "alive-fill",
  "dead-fill",
  "focus",
  "map-water",
  "map-land",
  "map-area",
  "map-road",
  "map-casing",
  "map-rail",
] as const;

export type Palette = Record<(typeof NAMES)[number], string>;

/** Read the colours; a style sheet's `light-dark()` is resolved by an element that wears them for a moment. */
export function readPalette(): Palette {
  const probe = document.createElement("i");
  document.body.append(probe);
  const palette = Object.fromEntries(
    NAMES.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, getComputedStyle(probe).color];
    }),
  ) as Palette;
  probe.remove();
  return palette;
}
