/** Digital zoom into one picture: how often larger, and where its left top corner lies, in shares of its size. */

export interface Zoom {
  scale: number;
  x: number;
  y: number;
}

export const WHOLE: Zoom = { scale: 1, x: 0, y: 0 };
const MOST = 8;

/** Nearer (above 1) or further about a point that stays where it is, in shares of the picture's place. */
export function zoomAt(zoom: Zoom, factor: number, px: number, py: number): Zoom {
  const scale = Math.min(MOST, Math.max(1, zoom.scale * factor));
  const grown = scale / zoom.scale;
  return within({ scale, x: px - (px - zoom.x) * grown, y: py - (py - zoom.y) * grown });
}

export function shift(zoom: Zoom, dx: number, dy: number): Zoom {
  return within({ ...zoom, x: zoom.x + dx, y: zoom.y + dy });
}

/** The picture always fills its place. */
function within({ scale, x, y }: Zoom): Zoom {
  const least = 1 - scale;
  return { scale, x: Math.min(0, Math.max(least, x)), y: Math.min(0, Math.max(least, y)) };
}

/** How pictures are shown; nothing of it is in the footage. */
export interface Adjusted {
  brightness: number;
  contrast: number;
  saturation: number;
}

export const AS_RECORDED: Adjusted = { brightness: 1, contrast: 1, saturation: 1 };

export function filterOf({ brightness, contrast, saturation }: Adjusted): string | null {
  if (brightness === 1 && contrast === 1 && saturation === 1) return null;
  return `brightness(${brightness}) contrast(${contrast}) saturate(${saturation})`;
}
