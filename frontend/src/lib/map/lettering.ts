/**
 * Letters on the map without glyphs from anywhere: each text is drawn once, in the page's own font, as an image.
 * The map lays them out and lets none cover another.
 */
import type { Palette } from "./palette";

export type Hand = "district" | "village" | "place" | "road" | "count";

interface Style {
  px: number;
  weight: number;
  colour: keyof Palette;
  /** What surrounds the letters, so that they can be read on anything. */
  halo: keyof Palette | null;
}

const HANDS: Record<Hand, Style> = {
  district: { px: 13, weight: 800, colour: "ink", halo: "map-land" },
  village: { px: 12, weight: 600, colour: "quiet", halo: "map-land" },
  place: { px: 11, weight: 600, colour: "ink", halo: "map-land" },
  road: { px: 11, weight: 600, colour: "quiet", halo: "map-land" },
  count: { px: 13, weight: 700, colour: "paper", halo: null },
};
const PREFIX = "letters|";
const HALO_PX = 2;
const LONGEST = 40;

/** The name of the image of a text; an expression of the map's style may build the same. */
export function imageName(hand: Hand): string {
  return `${PREFIX}${hand}|`;
}

export interface Letters {
  image: ImageData;
  pixelRatio: number;
}

/** What every text is drawn on: a board of its own for each would cost more than the letters. */
let board: CanvasRenderingContext2D | null = null;

/** Draw the image of a name that `imageName` begins; null where it is not one. */
export function draw(name: string, palette: Palette): Letters | null {
  const [prefix, hand, ...rest] = name.split("|");
  if (`${prefix}|` !== PREFIX || !hand || !(hand in HANDS)) return null;
  const style = HANDS[hand as Hand];
  const text = rest.join("|").slice(0, LONGEST);
  const context = (board ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true }));
  if (!context || text === "") return null;
  const { canvas } = context;
  const pixelRatio = Math.min(3, Math.max(1, devicePixelRatio));
  const font = `${style.weight} ${style.px * pixelRatio}px ${getComputedStyle(document.body).fontFamily}`;
  context.font = font;
  const edge = Math.ceil((HALO_PX + 1) * pixelRatio);
  canvas.width = Math.ceil(context.measureText(text).width) + 2 * edge;
  canvas.height = Math.ceil(style.px * 1.3 * pixelRatio) + 2 * edge;
  context.font = font;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  if (style.halo) {
    context.lineWidth = 2 * HALO_PX * pixelRatio;
    context.strokeStyle = palette[style.halo];
    context.strokeText(text, edge, canvas.height / 2);
  }
  context.fillStyle = palette[style.colour];
  context.fillText(text, edge, canvas.height / 2);
  return { image: context.getImageData(0, 0, canvas.width, canvas.height), pixelRatio };
}
