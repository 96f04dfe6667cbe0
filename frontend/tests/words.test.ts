import { describe, expect, it } from "vitest";
import { age, clock, dayAndClock, exactLength, zoneName, zoneOffset } from "../src/lib/time/words";
import { en } from "../src/lib/i18n/en";
import { id } from "../src/lib/i18n/id";

const AT = Date.parse("2026-11-21T19:10:05.000Z");

describe("ages", () => {
  it.each([
    [400, "baru saja"],
    [12_300, "12 dtk lalu"],
    [185_000, "3 mnt lalu"],
    [2 * 3_600_000, "2 jam lalu"],
    [4 * 86_400_000, "4 hari lalu"],
  ])("%d ms", (ms, words) => expect(age(ms, "id")).toBe(words));
  it("speaks English", () => expect(age(12_300, "en")).toBe("12 s ago"));
  it("has two units at most", () => expect(exactLength(6 * 60_000 + 12_000, "id")).toBe("6 mnt 12 dtk"));
  it("leaves out an empty second unit", () => expect(exactLength(360_000, "id")).toBe("6 mnt"));
});

describe("the city's zone", () => {
  it("shows WIB", () => expect(clock(AT, "id", "Asia/Jakarta")).toBe("02.10.05"));
  it("shows the day there", () =>
    expect(dayAndClock(AT, "id", "Asia/Jakarta")).toMatch(/^Min 22 Nov 02\.10\.05$/));
  it("names it", () => expect(zoneName("Asia/Jakarta", "id")).toBe("WIB"));
  it("knows its offset", () => expect(zoneOffset(AT, "Asia/Jakarta")).toBe(7 * 3_600_000));
  it("knows summer time elsewhere", () => {
    expect(zoneOffset(Date.parse("2026-07-01T00:00:00Z"), "Europe/Amsterdam")).toBe(2 * 3_600_000);
    expect(zoneOffset(Date.parse("2026-12-01T00:00:00Z"), "Europe/Amsterdam")).toBe(3_600_000);
  });
});

it("both languages say the same things", () => {
  const keys = (value: object, path = ""): string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === "object" && inner !== null
        ? keys(inner as object, `${path}${key}.`)
        : [`${path}${key}`],
    );
  expect(keys(en)).toEqual(keys(id));
});
