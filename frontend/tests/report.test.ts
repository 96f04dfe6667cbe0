import { describe, expect, it } from "vitest";
import { path, roundUp, y } from "../src/lib/charts/line";
import { kinds } from "../src/lib/i18n/kinds";
import { en } from "../src/lib/i18n/portal/en";
import { id } from "../src/lib/i18n/portal/id";
import { readBaseMap, withAreaNames } from "../src/lib/map/base";
import { boxOf, sitePoints } from "../src/lib/map/sites";
import { matchPage } from "../src/lib/pages";
import { decodeCity } from "../src/lib/portal/city";
import { spotFrom } from "../src/lib/portal/distance";
import { sayDirection, sayMode } from "../src/lib/portal/mode";
import { readDraft } from "../src/lib/report/draft.svelte";
import { fitted } from "../src/lib/report/photo";
import { makeMapFile } from "./city";

describe("a kept draft", () => {
  it("comes back for its own camera only, and rubbish does not", () => {
    const kept = JSON.stringify({ camera: "a", kind: "blocked", text: "daun" });
    expect(readDraft(kept, "a")).toEqual({ kind: "blocked", text: "daun" });
    expect(readDraft(kept, "b")).toBeNull();
    expect(readDraft(JSON.stringify({ camera: null, kind: "x", text: "y" }), null)).toBeNull();
    expect(readDraft("[broken", null)).toBeNull();
    expect(readDraft(null, null)).toBeNull();
  });
});

describe("a photo", () => {
  it("fits and never grows", () => {
    expect(fitted(4000, 3000)).toEqual({ width: 1600, height: 1200 });
    expect(fitted(300, 9000)).toEqual({ width: 53, height: 1600 });
    expect(fitted(640, 480)).toEqual({ width: 640, height: 480 });
  });
});

describe("how a camera is seen", () => {
  const of = (mode: "live-in-hours" | "delayed" | "live", hours = [0, 1, 2, 3, 4], delay = 600): string =>
    sayMode({ mode, hours: [{ weekdays: hours, from: "06:00", to: "18:00" }], delay_s: delay }, id, "id");

  it("is one plain sentence", () => {
    expect(of("live-in-hours")).toBe("Langsung 06.00–18.00 Sen–Jum; di luar jam itu gambar saja.");
    expect(of("live-in-hours", [0, 5, 6])).toContain("Sen, Sab, Min");
    expect(of("live-in-hours", [6, 5, 4, 3, 2, 1, 0])).toContain("setiap hari");
    expect(of("delayed")).toBe("Ditayangkan tertunda 10 menit.");
    expect(of("live")).toBe("Tayangan langsung, terbuka untuk warga.");
    expect(sayDirection(350, en)).toBe("north");
    expect(sayDirection(-90, en)).toBe("west");
    expect(kinds.words["market"]).toBeTruthy();
  });
});

describe("addresses", () => {
  it("lead to pages with what they hold", () => {
    expect(matchPage("/")?.page.path).toBe("/");
    expect(matchPage("/cameras/a-1/")?.params).toEqual({ id: "a-1" });
    expect(matchPage("/q/a-1")?.page.path).toBe("/q/:id");
    expect(matchPage("/wall")?.page.feed).toBe(true);
    expect(matchPage("/embed/a")?.page.bare).toBe(true);
    expect(matchPage("/nothing")).toBeNull();
    expect(matchPage("/cameras/%E0%A4%A")).toBeNull();
    expect(spotFrom("-6.985,110.372")).toEqual({ lat: -6.985, lon: 110.372 });
    expect(spotFrom("1,2;DROP")).toBeNull();
  });
});

describe("the map's layers", () => {
  const city = decodeCity(makeMapFile(40));

  it("hold one point for a site, with its state", () => {
    const { features } = sitePoints(city.cameras);
    expect(features).toHaveLength(20);
    expect(features[0]?.properties).toEqual({ row: 0, cameras: 2, state: "working" });
    expect(boxOf([])).toBeNull();
    const box = boxOf(city.cameras);
    expect(box && box.west < box.east && box.south < box.north).toBe(true);
  });

  it("have names of areas whoever drew the map, and survive a map that is none", () => {
    const empty = readBaseMap(null);
    expect(empty.layers.roads.features).toEqual([]);
    expect(withAreaNames(empty, city.areas).layers.labels.features[0]?.properties).toEqual({
      name: "Semarang Tengah",
      kind: "kecamatan",
    });
  });
});

describe("a chart", () => {
  const frame = { width: 100, height: 10, from: 0, to: 10, most: 10 };

  it("breaks its line where nothing is known", () => {
    const points = [
      { at: 0, value: 0 },
      { at: 5, value: null },
      { at: 10, value: 10 },
    ];
    expect(path(points, frame)).toBe("M0.0 10.0M100.0 0.0");
    expect(y(frame, 99)).toBe(0);
    expect([roundUp(0), roundUp(7), roundUp(2100), roundUp(14_000)]).toEqual([1, 10, 2500, 20_000]);
  });
});
