import { describe, expect, it } from "vitest";
import type { Decision } from "../src/lib/api/registry";
import { viewOf } from "../src/lib/map/view";
import { ancestors, decidedBelow, effective } from "../src/lib/publishing/inherited";
import { cut, inserted, moved, Steps, withBox } from "../src/lib/publishing/masks";
import { differences } from "../src/lib/registry/difference";
import { below, setAt, valueAt } from "../src/lib/registry/fields";

const decision = (area: string, kind: string | null, mode: string): Decision => ({
  id: `${area}:${kind ?? "*"}`,
  camera: null,
  area,
  kind,
  mode,
  hours: [],
  delay_s: 0,
  by: "lurah",
  reason: "rapat warga",
  at: "2026-11-22T01:00:00.000Z",
});

describe("inherited decisions", () => {
  const decisions = [
    decision("33.74", null, "stills"),
    decision("33.74", "rt", "live"),
    decision("33.74.16", null, "no"),
  ];
  it("counts the deepest area first, and its own kind before every kind", () => {
    expect(effective(decisions, "33.74.13.1006", "rt").decision?.mode).toBe("live");
    expect(effective(decisions, "33.74.13.1006", "market").decision?.mode).toBe("stills");
    expect(effective(decisions, "33.74.16.1001", "rt").decision?.mode).toBe("no");
  });
  it("knows what was decided for this very place", () => {
    expect(effective(decisions, "33.74", "rt").own).toBe(true);
    expect(effective(decisions, "33.74", "market").own).toBe(false);
    expect(effective([], "33.74", "rt")).toEqual({ decision: null, own: false });
  });
  it("lists areas above, deepest first, and decisions below", () => {
    expect(ancestors("33.74.13.1006.rw04")).toEqual([
      "33.74.13.1006.rw04",
      "33.74.13.1006",
      "33.74.13",
      "33.74",
    ]);
    expect(decidedBelow(decisions, "33.74").map((one) => one.area)).toEqual(["33.74.16"]);
    expect(decidedBelow([decision("33.741", null, "no")], "33.74")).toEqual([]);
  });
});

describe("masks", () => {
  const square = withBox([]);
  it("keeps corners inside the picture", () => {
    expect(moved(square, 0, 0, [-2, 3])[0]?.[0]).toEqual([0, 1]);
  });
  it("puts a corner between two and takes it away, but leaves three", () => {
    const five = inserted(square, 0, 3);
    expect(five[0]?.length).toBe(5);
    let less = five;
    for (let turn = 0; turn < 5; turn++) less = cut(less, 0, 0);
    expect(less[0]?.length).toBe(3);
  });
  it("draws at most twenty", () => {
    let many = square;
    for (let turn = 0; turn < 30; turn++) many = withBox(many);
    expect(many.length).toBe(20);
  });
  it("goes back and forth, and forgets what was undone when something else is done", () => {
    const steps = new Steps();
    steps.done([]);
    expect(steps.undo(square)).toEqual([]);
    expect(steps.redo([])).toEqual(square);
    expect(steps.undo(square)).toEqual([]);
    steps.done([]);
    expect(steps.canRedo).toBe(false);
  });
});

describe("what differs in the history", () => {
  it("tells fields by their paths, and nothing of what is empty on both sides", () => {
    const before = { name: "Pos", link: null, address: "" };
    const after = { name: "Pos ronda", link: { state: "up", wifi: "" }, address: null };
    expect(differences(before, after)).toEqual([
      { path: "name", before: "Pos", after: "Pos ronda" },
      { path: "link.state", before: undefined, after: "up" },
    ]);
  });
  it("takes lists as one field", () => {
    expect(differences({ masks: [[[0, 0]]] }, { masks: [[[0, 0]]] })).toEqual([]);
    expect(differences(null, { hours: [{ from: "06:00" }] })).toHaveLength(1);
  });
});

describe("documents of forms", () => {
  it("reads and writes by paths, making what is on the way", () => {
    const document = { link: null };
    expect(valueAt(document, "link.state")).toBeUndefined();
    setAt(document, "link.state", "up");
    expect(document).toEqual({ link: { state: "up" } });
    expect([below("", "lat"), below("spot", "lat")]).toEqual(["lat", "spot.lat"]);
  });
});

describe("what a camera looks at", () => {
  it("is a fan ahead of it, and nothing where no direction is said", () => {
    const spot = { lat: -6.98, lon: 110.41 };
    expect(viewOf(spot, { bearing: null, angle: 90 }).features).toEqual([]);
    const [fan] = viewOf(spot, { bearing: 90, angle: 60 }).features;
    const ring = fan?.geometry.type === "Polygon" ? (fan.geometry.coordinates[0] ?? []) : [];
    expect(ring.length).toBe(15);
    expect(ring.slice(1, -1).every(([lon]) => (lon ?? 0) > spot.lon)).toBe(true);
  });
});
