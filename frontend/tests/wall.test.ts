import { describe, expect, it } from "vitest";
import { fields, momentAt } from "../src/lib/time/wall-clock";
import { layout } from "../src/lib/wall";

describe("a wall of stills", () => {
  const desk = { wide: 1440, high: 796 };

  it.each([
    [1, 1],
    [2, 2],
    [4, 2],
    [6, 3],
    [24, 6],
  ])("shows %i cameras in %i columns on a desk, without scrolling", (count, columns) => {
    const found = layout(count, desk);
    expect(found.columns).toBe(columns);
    const row = ((found.wide / columns) * 9) / 16 + 52;
    expect(Math.ceil(count / columns) * row).toBeLessThanOrEqual(desk.high + 1);
    expect(found.wide).toBeGreaterThan(0.8 * desk.wide);
  });

  it("scrolls with a city, and fills the width", () => {
    expect(layout(14_000, desk)).toEqual({ columns: 6, wide: 1440 });
  });

  it("stacks few cameras on a phone", () => {
    expect(layout(2, { wide: 360, high: 640 }).columns).toBe(1);
    expect(layout(24, { wide: 360, high: 640 }).columns).toBe(2);
  });
});

describe("the clock on the wall", () => {
  it("reads 02:14 of last night where the city is", () => {
    const theft = Date.parse("2026-11-21T19:14:00Z");
    expect(fields(theft, "Asia/Jakarta")).toEqual({ date: "2026-11-22", time: "02:14:00" });
    expect(momentAt("2026-11-22", "02:14", "Asia/Jakarta")).toBe(theft);
    expect(momentAt("2026-11-22", "03:14:00", "Asia/Makassar")).toBe(theft);
    expect(momentAt("", "02:14", "Asia/Jakarta")).toBeNull();
  });

  it("follows a zone that changes its clocks", () => {
    const winter = Date.parse("2026-10-25T12:00:00Z");
    expect(momentAt("2026-10-25", "13:00:00", "Europe/Berlin")).toBe(winter);
  });
});
