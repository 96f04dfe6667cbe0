/** The few numbers that a player needs out of fragmented MP4 (ISO/IEC 14496-12): start, length, pictures. */

export interface FragmentTimes {
  /** Decoding time of the first picture, s of media time. */
  start: number;
  /** Sum of the pictures' durations, s. */
  duration: number;
  pictures: number;
}

const CONTAINERS = new Set(["moov", "trak", "mdia", "moof", "traf", "mvex"]);
const DEFAULT_TIMESCALE = 90_000;

type Visit = (type: string, body: DataView) => void;

function walk(view: DataView, visit: Visit): void {
  let at = 0;
  while (at + 8 <= view.byteLength) {
    let size = view.getUint32(at);
    let head = 8;
    if (size === 1 && at + 16 <= view.byteLength) {
      size = Number(view.getBigUint64(at + 8));
      head = 16;
    } else if (size === 0) {
      size = view.byteLength - at;
    }
    if (size < head || at + size > view.byteLength) return;
    const type = String.fromCharCode(
      view.getUint8(at + 4),
      view.getUint8(at + 5),
      view.getUint8(at + 6),
      view.getUint8(at + 7),
    );
    const body = new DataView(view.buffer, view.byteOffset + at + head, size - head);
    if (CONTAINERS.has(type)) walk(body, visit);
    else visit(type, body);
    at += size;
  }
}

/** Ticks a second of the (only) track of an init segment. */
export function timescaleOf(init: ArrayBuffer): number {
  let timescale = DEFAULT_TIMESCALE;
  walk(new DataView(init), (type, body) => {
    if (type !== "mdhd" || body.byteLength < 20) return;
    timescale = body.getUint32(body.getUint8(0) === 1 ? 20 : 12) || DEFAULT_TIMESCALE;
  });
  return timescale;
}

/** When a fragment plays, or null when it is no fragment. */
export function timesOf(fragment: ArrayBuffer, timescale: number): FragmentTimes | null {
  let start: number | null = null;
  let fallback = 0;
  let ticks = 0;
  let pictures = 0;
  walk(new DataView(fragment), (type, body) => {
    if (type === "tfdt") start = body.getUint8(0) === 1 ? Number(body.getBigUint64(4)) : body.getUint32(4);
    if (type === "tfhd") fallback = defaultDuration(body);
    if (type === "trun") {
      const run = runLength(body, fallback);
      ticks += run.ticks;
      pictures += run.pictures;
    }
  });
  if (start === null) return null;
  return { start: start / timescale, duration: ticks / timescale, pictures };
}

function defaultDuration(tfhd: DataView): number {
  const flags = tfhd.getUint32(0) & 0xffffff;
  let at = 8;
  if (flags & 0x1) at += 8;
  if (flags & 0x2) at += 4;
  return flags & 0x8 && at + 4 <= tfhd.byteLength ? tfhd.getUint32(at) : 0;
}

function runLength(trun: DataView, fallback: number): { ticks: number; pictures: number } {
  const flags = trun.getUint32(0) & 0xffffff;
  const pictures = trun.getUint32(4);
  if (!(flags & 0x100)) return { ticks: pictures * fallback, pictures };
  const stride = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4;
  let at = 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0);
  let ticks = 0;
  for (let n = 0; n < pictures && at + 4 <= trun.byteLength; n++, at += stride) ticks += trun.getUint32(at);
  return { ticks, pictures };
}
