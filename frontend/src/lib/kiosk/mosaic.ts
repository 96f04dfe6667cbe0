/** How a place's screen shares itself among cameras, and how it moves on so that nothing burns in. */

export interface Mosaic {
  columns: number;
  rows: number;
}

/** At most so many live pictures at once: a small machine decodes them all. */
const MOST = 9;
/** px by which everything wanders; a picture's edge never stays in one place. */
const WANDER_PX = 6;
const SHAPE = 16 / 9;
/** Smaller, nobody across the room sees what it shows. */
const LEAST_PX = 280;

/** The grid for `count` cameras on a screen of `wide` by `high`: as many at once as are still large enough. */
export function mosaic(count: number, wide: number, high: number): Mosaic {
  for (let shown = Math.min(count, MOST); shown > 1; shown--) {
    const best = largest(shown, wide, high);
    if (tileOf(best, wide, high) >= LEAST_PX) return best;
  }
  return { columns: 1, rows: 1 };
}

function largest(shown: number, wide: number, high: number): Mosaic {
  let best: Mosaic = { columns: 1, rows: shown };
  for (let columns = 2; columns <= shown; columns++) {
    const next = { columns, rows: Math.ceil(shown / columns) };
    if (columns * next.rows <= MOST && tileOf(next, wide, high) > tileOf(best, wide, high)) best = next;
  }
  return best;
}

/** px of a picture's width. */
function tileOf({ columns, rows }: Mosaic, wide: number, high: number): number {
  return Math.min(wide / columns, (high / rows) * SHAPE);
}

/** Which of `count` cameras are shown at turn `turn`: all of them in their order, page after page. */
export function pageAt(count: number, each: number, turn: number): { page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(count / each));
  return { page: ((turn % pages) + pages) % pages, pages };
}

/** Where everything stands at minute `minute`, px from the middle: a slow walk over a small square. */
export function wander(minute: number): { x: number; y: number } {
  return {
    x: Math.round(WANDER_PX * Math.sin(minute * 0.7)),
    y: Math.round(WANDER_PX * Math.cos(minute * 1.1)),
  };
}
