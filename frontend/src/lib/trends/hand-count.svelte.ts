/** A count by hand while it goes on: what was tapped, of which minutes, at what moment of the pictures. */
import type { HandCount, Tap } from "../api/trends";
import { stamp } from "../api/client";
import { MINUTE_MS } from "../eyes/lines";

export interface Key {
  direction: string;
  label: string;
}

/** The classes that an eye tells apart: the built-in one knows no motorcycle from a bicycle. */
export function labelsOf(eye: string | undefined): string[] {
  return (eye ?? "builtin").startsWith("builtin")
    ? ["two-wheeler", "car", "bus-or-truck", "person"]
    : ["motorcycle", "bicycle", "car", "bus", "truck", "person"];
}

/** The names of a line's directions, the arrow's first: as the server has them. */
export function directionsOf(line: {
  start: [number, number];
  end: [number, number];
  forward?: string | null;
  backward?: string | null;
}): [string, string] {
  const [across, down] = [line.end[0] - line.start[0], line.end[1] - line.start[1]];
  const level = Math.abs(across) >= Math.abs(down);
  const [forward, backward] = level
    ? across > 0
      ? ["down", "up"]
      : ["up", "down"]
    : down > 0
      ? ["left", "right"]
      : ["right", "left"];
  return [line.forward ?? forward ?? "", line.backward ?? backward ?? ""];
}

/** How right the counts of a line are, over all that was counted by hand there; null where nothing was. */
export function accuracyOf(
  counts: readonly HandCount[],
  line: string,
): { share: number; hand: number; at: string } | null {
  const own = counts.filter((one) => one.line === line && one.hand > 0);
  const hand = own.reduce((sum, one) => sum + one.hand, 0);
  const latest = own[0];
  if (!latest) return null;
  const right = own.reduce((sum, one) => sum + one.effectiveness * one.hand, 0);
  return { share: right / hand, hand, at: latest.at };
}

export class Counting {
  taps = $state.raw<Tap[]>([]);

  constructor(
    readonly line: string,
    readonly from: number,
    readonly to: number,
    readonly live: boolean,
  ) {}

  /** Note what passed at a moment of the pictures; false where that is not within the stretch. */
  tap({ direction, label }: Key, moment: number): boolean {
    if (moment < this.from || moment >= this.to) return false;
    this.taps = [...this.taps, { at: stamp(moment), direction, label }];
    return true;
  }

  undo(): void {
    this.taps = this.taps.slice(0, -1);
  }

  of({ direction, label }: Key): number {
    return this.taps.filter((tap) => tap.direction === direction && tap.label === label).length;
  }

  get given(): { line: string; from: string; to: string; live: boolean; taps: Tap[] } {
    const [from, to] = [stamp(this.from), stamp(this.to)];
    return { line: this.line, from, to, live: this.live, taps: this.taps };
  }
}

export const wholeMinute = (moment: number): number => Math.floor(moment / MINUTE_MS) * MINUTE_MS;
