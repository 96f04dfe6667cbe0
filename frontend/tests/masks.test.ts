import { describe, expect, it } from "vitest";
import type { Analytic, Count } from "../src/lib/api/watching";
import { lacking, modelsOf } from "../src/lib/eyes/models";
import { masksOf, maskZones, percents, traffic } from "../src/lib/eyes/shares";

const EYE = { id: "finder+judge", version: "1+2" };
const count = (label: string, many: number, at: string, line = "gerbang"): Count => ({
  at,
  line,
  direction: "",
  label,
  count: many,
  speed_kmh: null,
  eye: EYE,
});
const SEVEN = "2026-11-21T00:00:00Z";
const EIGHT = "2026-11-21T01:00:00Z";

describe("masks are shares of who passed, beside traffic", () => {
  const counts = [
    count("masked", 4, SEVEN),
    count("unmasked", 1, SEVEN),
    count("masked", 2, EIGHT),
    count("mask-unknown", 2, EIGHT),
    count("car", 9, EIGHT, "garis"),
  ];

  it("sums today and each hour", () => {
    const [gate, door] = masksOf(counts, ["gerbang", "pintu"]);
    expect(gate?.today).toEqual({ counts: { masked: 6, unmasked: 1, "mask-unknown": 2 }, total: 9 });
    expect(gate?.hours.map(({ at, shares }) => [at, shares.total])).toEqual([
      [Date.parse(SEVEN), 5],
      [Date.parse(EIGHT), 4],
    ]);
    expect(gate?.eyes).toEqual([EYE]);
    expect(door).toMatchObject({ zone: "pintu", today: { total: 0 }, hours: [] });
  });

  it("is no traffic, and traffic is no mask", () => {
    expect(traffic(counts).map(({ label }) => label)).toEqual(["car"]);
    expect(masksOf([count("car", 1, SEVEN)], [])).toEqual([]);
  });

  it("gives whole percents that add up", () => {
    const third = { counts: { masked: 1, unmasked: 1, "mask-unknown": 1 }, total: 3 };
    expect(Object.values(percents(third)).reduce((sum, one) => sum + one, 0)).toBe(100);
    const none = { counts: { masked: 0, unmasked: 0, "mask-unknown": 0 }, total: 0 };
    expect(percents(none)).toEqual({ masked: 0, unmasked: 0, "mask-unknown": 0 });
  });

  it("knows its zones from the document", () => {
    expect(maskZones({ masks: [{ zone: "gerbang" }, { zone: 3 }, null] })).toEqual(["gerbang"]);
    expect(maskZones({})).toEqual([]);
    expect(maskZones(null)).toEqual([]);
  });
});

describe("a rule's models", () => {
  const text = (byDefault: string): object => ({ type: "string", default: byDefault });
  const analytic: Analytic = {
    name: "masks",
    needs_model: true,
    models: ["finder", "judge"],
    schema: { type: "object", properties: { finder: text("a"), judge: text("b"), zone: { type: "string" } } },
  };
  const known = [
    { name: "a", state: "ready", title: "", problem: "", mend: "" },
    { name: "b", state: "damaged", title: "", problem: "", mend: "" },
  ] as const;

  it("are those that it names, or those by default", () => {
    expect(modelsOf(analytic, [])).toEqual(["a", "b"]);
    expect(modelsOf(analytic, [{ judge: "mine" }])).toEqual(["a", "mine"]);
    expect(modelsOf({ ...analytic, models: [] }, [])).toEqual([]);
  });

  it("are lacking where they are not ready, and not before that is known", () => {
    expect(lacking(["a", "b", "c"], known)).toEqual([
      { name: "b", damaged: true },
      { name: "c", damaged: false },
    ]);
    expect(lacking(["c"], null)).toEqual([]);
  });
});
