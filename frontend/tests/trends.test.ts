import { describe, expect, it } from "vitest";
import type { Traffic } from "../src/lib/api/traffic";
import type { AlarmDay, HandCount } from "../src/lib/api/trends";
import { hoursOf } from "../src/lib/eyes/traffic";
import {
  accuracyOf,
  Counting,
  directionsOf,
  labelsOf,
  wholeMinute,
} from "../src/lib/trends/hand-count.svelte";
import { byDay, byStreet } from "../src/lib/trends/streets";
import { hourOfWeek, stretchOf, typicalOf, usualAt } from "../src/lib/trends/week";

const WIB = "Asia/Jakarta";
const HOUR = 3_600_000;
/** A Monday, midnight in Semarang. */
const MONDAY = Date.parse("2026-11-22T17:00:00Z");

describe("the typical week", () => {
  it("knows what is usual in an hour, or that too few weeks are known", () => {
    const cell = { hour: 1, median: 5, low: 2, high: 9, weeks: 4 };
    const week = { days: 28, needed: 21, cells: [cell] };
    expect(usualAt(week, MONDAY + HOUR, WIB)).toEqual(cell);
    expect(usualAt(week, MONDAY + 2 * HOUR, WIB)).toBeNull();
  });
  it("begins on Monday at the city's midnight", () => {
    expect(hourOfWeek(MONDAY, WIB)).toBe(0);
    expect(hourOfWeek(MONDAY - 1, WIB)).toBe(167);
    expect(hourOfWeek(MONDAY + 8 * HOUR + 59 * 60_000, WIB)).toBe(8);
    expect(hourOfWeek(MONDAY + 3 * 24 * HOUR, WIB)).toBe(72);
  });
  it("lies under the hours that are shown, with holes where it is not known", () => {
    const cell = { hour: 1, median: 5, low: 2, high: 9, weeks: 4 };
    const typical = typicalOf({ days: 30, needed: 21, cells: [cell] }, [MONDAY, MONDAY + HOUR], WIB);
    expect(typical).toEqual({ low: [null, 2], median: [null, 5], high: [null, 9] });
  });
  it("is asked over whole days", () => {
    const now = MONDAY + 9 * HOUR;
    expect(stretchOf("today", MONDAY, now)).toEqual({ from: MONDAY, to: now });
    expect(stretchOf("yesterday", MONDAY, now)).toEqual({ from: MONDAY - 24 * HOUR, to: MONDAY });
    expect(stretchOf("week", MONDAY, now).from).toBe(MONDAY - 6 * 24 * HOUR);
  });
});

describe("an hour", () => {
  const at = (hours: number): string => new Date(MONDAY + hours * HOUR).toISOString();
  const found: Traffic = {
    area: "",
    cameras: 2,
    counted: 2,
    counted_at: [],
    lines: [],
    gaps: [],
    steps: [{ at: at(1), label: "car", count: 7, eye: null }],
    watched: [
      { at: at(1), seconds: 7200 },
      { at: at(2), seconds: 7200 },
      { at: at(3), seconds: 3600 },
      { at: at(4), seconds: 2 * 57 * 60 - 2 * 180 },
    ],
  };
  it("that nobody watched is empty, one in which nothing passed is nought, one half watched is marked", () => {
    const times = [0, 1, 2, 3, 4].map((hours) => MONDAY + hours * HOUR);
    const hours = hoursOf(found, times, MONDAY + 4 * HOUR + 57 * 60_000);
    expect(hours.map(({ total }) => total)).toEqual([null, 7, 0, 0, 0]);
    expect(hours.map(({ partly }) => partly)).toEqual([false, false, false, true, false]);
  });
});

describe("a count by hand", () => {
  const key = { direction: "masuk", label: "car" };
  it("takes what passes within its minutes, and lets the last one be taken back", () => {
    const counting = new Counting("gang", MONDAY, MONDAY + 60_000, false);
    expect(counting.tap(key, MONDAY - 1)).toBe(false);
    expect(counting.tap(key, MONDAY)).toBe(true);
    expect(counting.tap({ ...key, label: "person" }, MONDAY + 59_999)).toBe(true);
    expect(counting.tap(key, MONDAY + 60_000)).toBe(false);
    expect(counting.of(key)).toBe(1);
    counting.undo();
    expect(counting.given).toEqual({
      line: "gang",
      from: "2026-11-22T17:00:00.000Z",
      to: "2026-11-22T17:01:00.000Z",
      live: false,
      taps: [{ at: "2026-11-22T17:00:00.000Z", direction: "masuk", label: "car" }],
    });
    expect(wholeMinute(MONDAY + 61_000)).toBe(MONDAY + 60_000);
  });
  it("names directions as the server does", () => {
    expect(directionsOf({ start: [0, 0.5], end: [1, 0.5] })).toEqual(["down", "up"]);
    expect(directionsOf({ start: [1, 0.5], end: [0, 0.5], backward: "keluar" })).toEqual(["up", "keluar"]);
    expect(directionsOf({ start: [0.5, 0], end: [0.5, 1] })).toEqual(["left", "right"]);
    expect(directionsOf({ start: [0.5, 1], end: [0.5, 0] })).toEqual(["right", "left"]);
    expect(labelsOf("builtin")).toContain("two-wheeler");
    expect(labelsOf("yolox_nano")).toContain("motorcycle");
  });
  it("is weighed by what was counted", () => {
    const one = { line: "gang", at: "2026-11-22T17:00:00Z", hand: 30, effectiveness: 1 } as HandCount;
    const all = [one, { ...one, at: "2026-11-20T17:00:00Z", hand: 10, effectiveness: 0.6 }];
    expect(accuracyOf(all, "gang")).toEqual({ share: 0.9, hand: 40, at: one.at });
    expect(accuracyOf(all, "jalan")).toBeNull();
    expect(accuracyOf([{ ...one, hand: 0 }], "gang")).toBeNull();
  });
});

describe("parking", () => {
  const one: AlarmDay = {
    day: "2026-11-22",
    site: "Jalan Pemuda",
    zone: "tepi",
    camera: "pemuda-1",
    name: "Pemuda",
    alarms: 2,
    rejected: 1,
    lasted_s: 600,
    longest_s: 900,
  };
  const all = [one, { ...one, day: "2026-11-23", alarms: 3, rejected: 0, lasted_s: 700, longest_s: 800 }];
  it("is summed by street", () => {
    const [street] = byStreet([...all, { ...one, zone: "depan toko", alarms: 1 }]);
    expect(street).toMatchObject({ zone: "tepi", alarms: 5, rejected: 1, lasted_s: 700, longest_s: 900 });
    expect(one.alarms).toBe(2);
  });
  it("is summed by day, those without any too", () => {
    expect(byDay(all, MONDAY - 24 * HOUR, MONDAY + 24 * HOUR, WIB)).toEqual([
      { day: "2026-11-24", alarms: 0 },
      { day: "2026-11-23", alarms: 3 },
      { day: "2026-11-22", alarms: 2 },
    ]);
  });
});
