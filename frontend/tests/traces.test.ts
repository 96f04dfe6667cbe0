import { describe, expect, it } from "vitest";
import type { LinkState, Trace, TracePoint } from "../src/lib/api/traces";
import { boxOf, legsOf, pinsOf, plateAsked, stepsOf, tooFast, touches, within } from "../src/lib/traces/way";

const point = (id: string, at: string, lat: number | null, lon: number | null): TracePoint => ({
  ...{ id, camera: id, camera_name: `Kamera ${id}`, lat, lon, at, label: "car", colour: "", plate: "" },
  ...{ picture: null, xyxy: null, note: "", by: "penyidik", added: at },
});
const link = (from: string, to: string, state: LinkState, kmh: number | null = 30) => ({
  ...{ from, to, state, by: null, at: null, note: "", distance_m: 400, seconds: 60, kmh, likeness: null },
});
const trace: Trace = {
  ...{ id: "t", title: "Beat hitam", kind: "vehicle", by: "penyidik", at: "", may_change: true },
  points: [
    point("a", "2026-11-21T19:00:00Z", -6.98, 110.4),
    point("b", "2026-11-21T19:01:00Z", -6.981, 110.402),
    point("c", "2026-11-21T19:02:00Z", null, null),
    point("d", "2026-11-21T19:03:00Z", -6.98, 110.4),
  ],
  links: [link("a", "b", "confirmed"), link("b", "c", "proposed"), link("c", "d", "rejected")],
};

describe("the way on a board", () => {
  const steps = stepsOf(trace);
  it("numbers its points, each with what joins it to the one before", () => {
    expect(steps.map(({ number, link: one }) => [number, one?.state ?? null])).toEqual([
      [1, null],
      [2, "confirmed"],
      [3, "proposed"],
      [4, "rejected"],
    ]);
  });
  it("has one pin for what hangs at one place, and none for what has no place", () => {
    expect(pinsOf(steps).map(({ numbers }) => numbers)).toEqual([[1, 4], [2]]);
  });
  it("draws what joins two places, but nothing that was rejected", () => {
    expect(legsOf(steps).map(({ state }) => state)).toEqual(["confirmed"]);
    const all = stepsOf({ ...trace, points: trace.points.filter(({ id }) => id !== "c") });
    expect(legsOf(all.map((one) => ({ ...one, link: link("", "", "rejected") })))).toEqual([]);
  });
  it("says what nobody drives", () => {
    expect(tooFast(link("a", "b", "proposed", 300))).toBe(true);
    expect(tooFast(link("a", "b", "proposed", null))).toBe(false);
  });
});

describe("what is typed and drawn", () => {
  it("reads a plate as it is written, with question marks", () => {
    expect(plateAsked(" h 1?34 ab")).toBe("H1?34AB");
    expect(plateAsked("??")).toBe("");
  });
  it("keeps a box on the picture", () => {
    expect(boxOf([0, 0.5, 1, 0.6])).toEqual({ x: 0, y: 49, width: 100, height: 12 });
  });
  it("knows which minutes a case asks for", () => {
    const footage = [{ camera: "a", from: "2026-11-21T19:00:00Z", to: "2026-11-21T19:10:00Z" }];
    expect(touches(footage, "a", "2026-11-21T19:09:00Z", "2026-11-21T19:20:00Z")).toBe(true);
    expect(touches(footage, "a", "2026-11-21T19:10:00Z", "2026-11-21T19:20:00Z")).toBe(false);
    expect(touches(footage, "b", "2026-11-21T19:09:00Z", "2026-11-21T19:20:00Z")).toBe(false);
  });
  it("keeps a moment within its stretch", () => {
    const [from, to] = ["2026-11-21T19:00:00Z", "2026-11-21T19:10:00Z"];
    expect(within(Date.parse(from) - 5, from, to)).toBe(Date.parse(from));
    expect(within(Date.parse(to) + 5, from, to)).toBeLessThan(Date.parse(to));
  });
});
