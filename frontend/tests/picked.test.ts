import { describe, expect, it } from "vitest";
import type { FoundRecorder } from "../src/lib/api/onboarding";
import { channelsOf, codeOf, NOWHERE, picksOf, siteOf } from "../src/lib/onboarding/picked";

const channel = (number: number, camera: string | null = null, problem: string | null = null) => ({
  number,
  name: number === 2 ? " " : `Kamera ${number}`,
  url: "rtsp://***@10.0.0.5/1",
  sub_url: null,
  codec: "h265",
  width: 1920,
  height: 1080,
  still: null,
  problem,
  camera,
});
const recorder: FoundRecorder = {
  address: "10.0.0.5",
  how: "onvif",
  brand: "",
  model: "",
  serial: "",
  firmware: "",
  clock_offset_s: 0,
  channels: [channel(1), channel(2), channel(3, "gate"), channel(4, null, "no picture")],
  notes: [],
};

describe("what is added of a recorder", () => {
  it("begins with what is new and shows a picture", () => {
    expect(picksOf(recorder).map((pick) => [pick.wanted, pick.name])).toEqual([
      [true, "Kamera 1"],
      [true, "Kamera 2"],
      [false, "Kamera 3"],
      [false, "Kamera 4"],
    ]);
  });
  it("writes RW and RT as region codes do", () => {
    const krapyak = { ...NOWHERE, area: "33.74.13.1003" };
    expect(codeOf(krapyak)).toBe("33.74.13.1003");
    expect(codeOf({ ...krapyak, rw: "4", rt: "003" })).toBe("33.74.13.1003.rw04.rt03");
    expect(codeOf({ ...krapyak, rt: "3" })).toBeNull();
    expect(codeOf({ ...krapyak, rw: "x" })).toBeNull();
  });
  it("makes ids of a site and its cameras", () => {
    const place = {
      ...NOWHERE,
      area: "33.74.13.1003",
      rw: "4",
      rt: "3",
      name: "Pos Krapyak",
      spot: { lat: -7, lon: 110 },
    };
    const site = siteOf(place);
    expect(site).toEqual({
      id: "pos-krapyak-rw04-rt03",
      name: "Pos Krapyak",
      kind: "rt",
      area: "33.74.13.1003.rw04.rt03",
      lat: -7,
      lon: 110,
    });
    expect(channelsOf(picksOf(recorder), "pos-krapyak-rw04-rt03")).toEqual([
      { number: 1, id: "pos-krapyak-rw04-rt03-1", name: "Kamera 1", record: true },
      { number: 2, id: "pos-krapyak-rw04-rt03-2", name: "Kamera 2", record: true },
    ]);
    expect(siteOf({ ...place, name: " " })).toBeNull();
    expect(siteOf({ ...place, site: "pos" })).toEqual({ id: "pos" });
  });
});
