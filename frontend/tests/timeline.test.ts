import { describe, expect, it } from "vitest";
import * as scale from "../src/lib/timeline/scale";
import * as spans from "../src/lib/timeline/spans";

const { MINUTE, HOUR, DAY } = scale;
const NOW = 1_000 * DAY;

describe("scale", () => {
  const view = { from: NOW - HOUR, to: NOW };
  it("goes there and back", () => {
    expect(scale.xOf(view, 600, NOW - 30 * MINUTE)).toBe(300);
    expect(scale.momentOf(view, 600, 300)).toBe(NOW - 30 * MINUTE);
  });
  it("keeps the moment under the hand", () => {
    const about = NOW - 45 * MINUTE;
    const closer = scale.zoom(view, 0.5, about, NOW);
    expect(scale.lengthOf(closer)).toBe(30 * MINUTE);
    expect(scale.xOf(closer, 600, about)).toBeCloseTo(scale.xOf(view, 600, about));
  });
  it("stays between five minutes and thirty days", () => {
    expect(scale.lengthOf(scale.zoom(view, 0.0001, NOW, NOW))).toBe(5 * MINUTE);
    expect(scale.lengthOf(scale.zoom(view, 1e6, NOW, NOW))).toBe(30 * DAY);
  });
  it("does not wander into the future", () => {
    expect(scale.pan(view, 100 * DAY, NOW).to).toBe(NOW + HOUR / 4);
  });
  it("follows what plays", () => {
    expect(scale.following(view, NOW - 30 * MINUTE)).toBe(view);
    const next = scale.following(view, NOW);
    expect(next.from).toBe(NOW - 30 * MINUTE);
  });
  it("ticks at round hours of the zone", () => {
    const offset = 7 * HOUR;
    const { step, at } = scale.ticks({ from: NOW, to: NOW + DAY }, 600, 84, offset);
    expect(step).toBe(6 * HOUR);
    expect(at.every((moment) => (moment + offset) % step === 0)).toBe(true);
  });
});

describe("spans", () => {
  const footage = spans.read(
    {
      profile: "main",
      coverage: [
        { from: "2026-11-21T19:00:00.000Z", to: "2026-11-21T19:10:00.000Z" },
        { from: "2026-11-21T19:16:00.000Z", to: "2026-11-21T19:30:00.000Z" },
      ],
      gaps: [{ from: "2026-11-21T19:10:00.000Z", to: "2026-11-21T19:16:00.000Z", cause: "unreachable" }],
    },
    { from: 0, to: 0 },
  );
  const at = (clock: string): number => Date.parse(`2026-11-21T${clock}Z`);

  it("knows what is at a moment", () => {
    expect(spans.at(footage.spans, at("19:05:00"))).not.toBeNull();
    expect(spans.at(footage.spans, at("19:12:00"))).toBeNull();
    expect(spans.at(footage.holes, at("19:12:00"))?.cause).toBe("unreachable");
    expect(spans.at(footage.spans, at("19:10:00"))).toBeNull();
  });
  it("counts what a range has and lacks", () => {
    expect(spans.covered(footage.spans, at("19:05:00"), at("19:20:00"))).toBe(9 * MINUTE);
    expect(spans.causes(footage.holes, at("19:05:00"), at("19:20:00"))).toEqual([
      { cause: "unreachable", ms: 6 * MINUTE },
    ]);
    expect(spans.covered(footage.spans, at("18:00:00"), at("18:30:00"))).toBe(0);
  });
  it("finds the next picture", () => {
    expect(spans.nextPicture(footage.spans, at("19:12:00"))).toBe(at("19:16:00"));
    expect(spans.nextPicture(footage.spans, at("19:05:00"))).toBe(at("19:05:00"));
    expect(spans.nextPicture(footage.spans, at("19:31:00"))).toBeNull();
  });
});
