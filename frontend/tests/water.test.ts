import { describe, expect, it } from "vitest";
import type { Document, Measure } from "../src/lib/api/watching";
import { planOf } from "../src/lib/eyes/plan";
import { measuresOf } from "../src/lib/eyes/series";
import { staffOf, staffsIn, watersOf } from "../src/lib/eyes/water";

describe("water", () => {
  const document: Document = {
    lines: [{ name: "pintu air", start: [0.5, 0.8], end: [0.5, 0.3] }],
    flood: [
      { staff: "pintu air", start_cm: 0, end_cm: 400, siaga_cm: [150, 200, 250] },
      { zone: "jalan", siaga_percent: [10, 30, 60] },
    ],
  };
  const measure = (name: string, unit: string, mean: number): Measure => ({
    analytic: "flood",
    zone: "pintu air",
    name,
    unit,
    at: "2026-11-26T05:00:00Z",
    mean,
    least: mean,
    most: mean,
    eye: null,
  });
  const some = [measure("level", "cm", 172), measure("siaga", "", 3), measure("rise", "cm/h", 24)];

  it("is shown with its siaga, its rise and when it was read; what was never read is said too", () => {
    const at = Date.parse("2026-11-26T05:00:00Z");
    const [staff, zone] = watersOf(document, measuresOf(some, [at]), at + 60_000);
    expect(staff).toMatchObject({ unit: "cm", value: 172, siaga: 3, rise: 24, old: false, values: [172] });
    expect(staff?.recorded).toBeNull();
    const gauge = measure("recorded", "cm", 170);
    const beside = watersOf(document, measuresOf([...some, gauge], [at]), at)[0];
    expect(beside).toMatchObject({ value: 172, recorded: { value: 170, at, values: [170] } });
    expect(zone).toMatchObject({ name: "jalan", unit: "%", value: null, siaga: null });
    expect(watersOf(document, measuresOf(some, [at]), at + 600_000)[0]?.old).toBe(true);
  });

  it("knows which lines are staffs, and what stands at their ends", () => {
    expect(staffsIn(document)).toEqual(new Set(["pintu air"]));
    expect(staffOf(planOf(document), "pintu air")).toEqual({ start: 0, end: 400 });
    expect(staffOf(planOf(document), "street")).toBeNull();
  });
});
