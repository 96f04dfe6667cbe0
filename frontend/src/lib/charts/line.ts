/** Lines of a chart as paths, and the round numbers at its side. */

export interface Point {
  /** ms since 1970. */
  at: number;
  value: number | null;
}

export interface Frame {
  width: number;
  height: number;
  from: number;
  to: number;
  /** What the top stands for; the bottom is 0. */
  most: number;
}

export function x({ width, from, to }: Frame, at: number): number {
  return to === from ? width / 2 : ((at - from) / (to - from)) * width;
}

export function y({ height, most }: Frame, value: number): number {
  return height - (Math.min(value, most) / Math.max(most, 1e-9)) * height;
}

/** The path of a line; it breaks where a value is missing. */
export function path(points: readonly Point[], frame: Frame): string {
  let drawing = false;
  return points
    .map(({ at, value }) => {
      if (value === null) {
        drawing = false;
        return "";
      }
      const word = drawing ? "L" : "M";
      drawing = true;
      return `${word}${x(frame, at).toFixed(1)} ${y(frame, value).toFixed(1)}`;
    })
    .join("");
}

/** A round number at or above `value`: 1, 2, 2.5, 5 times a power of ten. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * power >= value * 0.999_999) ?? 10;
  return step * power;
}
