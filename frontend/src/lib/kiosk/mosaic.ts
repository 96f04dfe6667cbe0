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

/** The grid whose pictures are largest on a screen of `wide` by `high`, for `count` cameras. */
export function mosaic(count: number, wide: number, high: number): Mosaic {
  const shown = Math.max(1, Math.min(count, MOST));
  let best: Mosaic = { columns: 1, rows: 1 };
  let worth = 0;
  for (let columns = 1; columns <= shown; columns++) {
    const rows = Math.ceil(shown / columns);
    if (columns * rows > MOST) continue;
    const tile = Math.min(wide / columns, (high / rows) * SHAPE);
    if (tile > worth) {
      worth = tile;
      best = { columns, rows };
    }
  }
  return best;
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
