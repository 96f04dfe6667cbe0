import { describe, expect, it } from "vitest";
import { timescaleOf, timesOf } from "../src/lib/mse/boxes";
import { family, joining } from "../src/lib/mse/support";

function box(type: string, ...parts: (number[] | Uint8Array)[]): Uint8Array {
  const body = parts.flatMap((part) => [...part]);
  const size = body.length + 8;
  return Uint8Array.from([...u32(size), ...[...type].map((letter) => letter.charCodeAt(0)), ...body]);
}
const u32 = (value: number): number[] => [
  (value >>> 24) & 255,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const buffer = (...boxes: Uint8Array[]): ArrayBuffer =>
  Uint8Array.from(boxes.flatMap((one) => [...one])).buffer;

const mdhd = box("mdhd", u32(0), u32(0), u32(0), u32(12_800), u32(0), u32(0));
const tfdt = box("tfdt", [1, 0, 0, 0], u32(0), u32(900_000));

describe("boxes", () => {
  it("finds the timescale", () =>
    expect(timescaleOf(buffer(box("ftyp"), box("moov", box("trak", box("mdia", mdhd)))))).toBe(12_800));
  it("has a timescale for anything", () => expect(timescaleOf(new ArrayBuffer(3))).toBe(90_000));
  it("adds up durations of their own", () => {
    const trun = box("trun", [0, 0, 0x03, 0x01], u32(2), u32(0), u32(3600), u32(99), u32(7200), u32(99));
    const moof = box("moof", box("traf", box("tfhd", [0, 2, 0, 0], u32(1)), tfdt, trun));
    expect(timesOf(buffer(moof, box("mdat", [1, 2])), 90_000)).toEqual({
      start: 10,
      duration: 0.12,
      pictures: 2,
    });
  });
  it("uses the default duration", () => {
    const tfhd = box("tfhd", [0, 2, 0, 0x08], u32(1), u32(3600));
    const moof = box("moof", box("traf", tfhd, tfdt, box("trun", u32(0), u32(5))));
    expect(timesOf(buffer(moof), 90_000)).toEqual({ start: 10, duration: 0.2, pictures: 5 });
  });
  it.each([0, 1, 7, 9, 40])("survives %d bytes of a fragment", (length) => {
    const whole = buffer(box("moof", box("traf", tfdt)));
    expect(timesOf(whole.slice(0, Math.min(length, whole.byteLength - 1)), 90_000)).toBeNull();
  });
});

describe("how the next encoding joins", () => {
  const avc = (profile: string): string => `video/mp4; codecs="avc1.${profile}"`;
  const hevc = 'video/mp4; codecs="hvc1.1.6.L93.B0"';
  it("names the family", () => expect(family(hevc)).toBe("hvc1"));
  it("appends what is the same", () => expect(joining(avc("64001f"), avc("64001f"), true)).toBe("append"));
  it("changes the type within a family", () =>
    expect(joining(avc("64001f"), avc("640028"), true)).toBe("change-type"));
  it("rebuilds for another codec, for the first, and for old browsers", () => {
    expect(joining(avc("64001f"), hevc, true)).toBe("rebuild");
    expect(joining(null, hevc, true)).toBe("rebuild");
    expect(joining(avc("64001f"), avc("640028"), false)).toBe("rebuild");
  });
});
