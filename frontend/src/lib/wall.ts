/** How a wall of stills fills its page: few cameras large, all of them at one look as long as that is possible. */

export interface Room {
  /** px of the page that the wall may fill. */
  wide: number;
  high: number;
}

/** The wall as it is laid out; `wide` is its width in px. */
export interface Layout {
  columns: number;
  wide: number;
}

const CAPTION_PX = 52;
/** Narrower than this, a tile says too little: the wall then scrolls. */
const NARROWEST_PX = 216;
const PHONE_PX = 600;
/** What a wall that leaves room beside it is worth against one that fills the width. */
const UNFILLED = 0.9;

/** The columns that make `count` tiles largest without scrolling; else those of a wall that scrolls. */
export function layout(count: number, { wide, high }: Room): Layout {
  if (wide < PHONE_PX) return { columns: count <= 3 ? 1 : 2, wide };
  let best: Layout | null = null;
  let worth = 0;
  for (let columns = 1; columns <= Math.min(count, Math.floor(wide / NARROWEST_PX)); columns++) {
    const rows = Math.ceil(count / columns);
    const tile = Math.min(wide / columns, ((high / rows - CAPTION_PX) * 16) / 9);
    const value = tile * (tile * columns < wide - 1 ? UNFILLED : 1);
    if (tile >= NARROWEST_PX && value > worth) {
      worth = value;
      best = { columns, wide: Math.floor(tile * columns) };
    }
  }
  return best ?? { columns: Math.max(1, Math.floor(wide / 240)), wide };
}
