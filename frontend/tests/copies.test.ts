import { describe, expect, it } from "vitest";
import type { Mask } from "../src/lib/api/registry";
import { told } from "../src/lib/i18n/copies/reasons";
import { Refusal } from "../src/lib/api/http";
import { shifted } from "../src/lib/publishing/masks";
import {
  alike,
  begun,
  carried,
  cornersAt,
  forgotten,
  moments,
  planOf,
  reshaped,
} from "../src/lib/privacy/regions";

const LEFT: Mask = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
];
const RIGHT: Mask = [
  [0.5, 0],
  [1, 0],
  [1, 1],
];

describe("a region of a masked copy", () => {
  it("moves evenly from key moment to key moment, and stands still before and after", () => {
    const region = reshaped(begun("show", 2, 30, LEFT), 4, RIGHT, 30);
    expect(cornersAt(region, 3)).toEqual([
      [0.25, 0],
      [0.75, 0],
      [0.75, 1],
    ]);
    expect([cornersAt(region, 0), cornersAt(region, 9)]).toEqual([LEFT, RIGHT]);
  });
  it("shows who was marked for as long as they are followed, and hides all the time", () => {
    expect(begun("show", 2, 30, LEFT)).toMatchObject({ from: 2, to: 3 });
    expect(reshaped(begun("show", 2, 30, LEFT), 8, RIGHT, 30).to).toBeCloseTo(8.04);
    expect(begun("hide", 2, 30, LEFT)).toMatchObject({ from: 0, to: 30 });
    expect(begun("show", 29.9, 30, LEFT)).toMatchObject({ from: 29, to: 30 });
  });
  it("is carried along with what was followed, and never uncovers what is not sure", () => {
    const keys = [
      { at_s: 4, corners: LEFT },
      { at_s: 9, corners: RIGHT },
    ];
    const way = { reached_s: 9, ended: "lost" as const, keys, certainty: 0.6 };
    const hidden = carried(begun("hide", 4, 30, LEFT), 4, way, 30);
    expect(hidden).toMatchObject({ from: 0, to: 30 });
    expect(hidden.keys.map((key) => key.at)).toEqual([4, 9]);
    expect(cornersAt(hidden, 20)).toEqual(RIGHT);
    const shown = carried(begun("show", 4, 30, LEFT), 4, way, 30);
    expect([shown.from, shown.to]).toEqual([4, 9.04]);
    const left = carried(begun("hide", 4, 30, LEFT), 4, { ...way, ended: "left" }, 30);
    expect([left.from, left.to]).toEqual([0, 9.04]);
    const back = { ...way, reached_s: 4, ended: "left" as const };
    expect(carried(begun("hide", 9, 30, RIGHT), 9, back, 30)).toMatchObject({ from: 4, to: 30 });
  });
  it("has as many corners at every moment: a new one is put in everywhere", () => {
    const more: Mask = [...LEFT.slice(0, 1), [0.25, 0], ...LEFT.slice(1)];
    expect(alike(RIGHT, LEFT, more)).toEqual([RIGHT[0], [0.75, 0], RIGHT[1], RIGHT[2]]);
    expect(alike(more, more, LEFT)).toEqual(LEFT);
    expect(alike(RIGHT, LEFT, RIGHT)).toEqual(RIGHT);
  });
  it("keeps its last key moment", () => {
    const region = begun("hide", 0, 10, LEFT);
    expect(forgotten(region, 0).keys).toHaveLength(1);
    expect(forgotten(reshaped(region, 5, RIGHT, 10), 0).keys).toEqual([{ at: 5, corners: RIGHT }]);
  });
  it("goes to the server in thousandths, with the camera's own masks", () => {
    const plan = planOf("all-but", [begun("show", 1.00049, 10, LEFT)], [RIGHT], 10);
    expect(plan.regions.map((one) => [one.does, one.from_s, one.to_s])).toEqual([
      ["show", 1, 2],
      ["hide", 0, 10],
    ]);
    expect(planOf("regions", [begun("show", 1, 10, LEFT)], [], 10).regions).toEqual([]);
  });
});

it("a strip has a dozen pictures at most", () => {
  expect(moments(10)).toEqual([0, 2, 4, 6, 8]);
  expect(moments(300)).toHaveLength(12);
});

it("says in Indonesian why a copy cannot be made", () => {
  const refused = new Refusal(
    400,
    "a copy of 400 seconds cannot be made",
    "choose a stretch of 1 second to 5 minutes",
  );
  expect(told(refused, "id")).toBe(
    "Salinan 400 detik tidak dapat dibuat. Pilih bagian sepanjang 1 detik sampai 5 menit.",
  );
});

it("a mask is moved as a whole and keeps its form at the edge", () => {
  const masks: Mask[] = [LEFT, RIGHT];
  expect(shifted(masks, 0, [0.2, 0.3])[0]).toEqual([
    [0.2, 0],
    [0.7, 0],
    [0.7, 1],
  ]);
  expect(shifted(masks, 1, [0.4, 0])).toEqual(masks);
});
