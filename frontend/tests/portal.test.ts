import { describe, expect, it } from "vitest";
import { decodeCity, upTo, within } from "../src/lib/portal/city";
import { distanceM, sayDistance } from "../src/lib/portal/distance";
import { MOST_FAVOURITES, readFavourites, toggled } from "../src/lib/portal/favourites.svelte";
import {
  answer,
  EVERYTHING,
  filterFrom,
  filterToQuery,
  limits,
  type Question,
} from "../src/lib/portal/filter";
import { SearchIndex, wordsOf } from "../src/lib/portal/search";
import { slips } from "../src/lib/portal/slips";
import { tileOfCity } from "../src/lib/portal/tile";
import { makeMapFile } from "./city";

const city = decodeCity(makeMapFile());
const index = new SearchIndex(city, (kind) => (kind === "market" ? "Pasar" : kind));
const all: Question = { filter: EVERYTHING, found: null, favourites: new Set(), near: null, box: null };

function found(query: string): string[] {
  return answer(city, { ...all, found: index.find(query) }).map(({ site, name }) => `${site.name} ${name}`);
}

describe("the map's file", () => {
  it("gives each camera its site, its place and its state", () => {
    expect(city.cameras).toHaveLength(10_000);
    const camera = city.byId.get("kamera-1");
    expect(camera?.site.name).toBe("Jalan Pemuda 0");
    expect(camera?.site.spot?.lat).toBeCloseTo(-6.98, 5);
    expect(camera?.site.spot?.lon).toBeCloseTo(110.35, 5);
    expect(city.sites[1]?.spot?.lat).toBeCloseTo(-7.05919, 5);
    expect(city.areas[0]?.spot?.lat).toBeCloseTo(-6.99, 3);
    expect(camera?.working).toBe(true);
    expect(camera?.site.agency?.name).toBe("Dishub");
    expect(city.placeName("33.74.01.1001.rw04")).toBe("Krapyak, Semarang Tengah");
  });

  it("keeps counting past a site of which nobody knows where it stands", () => {
    const file = makeMapFile(6);
    file.sites.lat = [-698_000, null, -5];
    file.sites.lon = [11_040_000, null, 7];
    const spots = decodeCity(file).sites.map(({ spot }) => spot);
    expect(spots).toEqual([{ lat: -6.98, lon: 110.4 }, null, { lat: -6.98005, lon: 110.40007 }]);
  });

  it("says which cameras are made up, and nothing of it in a real city", () => {
    expect(city.simulated).toBe(false);
    const file = makeMapFile(4);
    const mixed = { ...file, simulated: true, cameras: { ...file.cameras, simulated: [1, 0, 1, 1] } };
    const simulated = decodeCity(mixed);
    expect(simulated.simulated).toBe(true);
    const tiles = simulated.cameras.map((camera) => tileOfCity(simulated, camera));
    expect(tiles.map((tile) => tile.simulated)).toEqual([true, false, true, true]);
  });

  it("is refused when it is something else", () => {
    expect(() => decodeCity({ kinds: [] })).toThrow(TypeError);
    expect(() => decodeCity(null)).toThrow(TypeError);
  });

  it("knows what lies in what", () => {
    expect(within("33.74.13.1006.rw04", "33.74.13")).toBe(true);
    expect(within("33.74.131", "33.74.13")).toBe(false);
    expect(upTo("33.74.13.1006", 3)).toBe("33.74.13");
    expect(upTo("33.74", 3)).toBeNull();
  });
});

describe("search", () => {
  it("counts slips of the finger", () => {
    expect(slips("smipang", "simpang", 1)).toBe(1);
    expect(slips("kalibateng", "kalibanteng", 2)).toBe(1);
    expect(slips("johr", "johar", 1)).toBe(1);
    expect(slips("krapyk", "krapyak", 1)).toBe(1);
    expect(slips("simp", "simpang", 1)).toBe(0);
    expect(slips("tugu", "krapyak", 1)).toBe(2);
  });

  it("reads numbers and letters that were typed together", () => {
    expect(wordsOf("RT03/RW4")).toEqual(["rt 3", "rw 4"]);
  });

  it("finds with slips, in any order, and nothing that lacks a word", () => {
    expect(found("psar johr")[0]).toMatch(/^Pasar Johar/);
    expect(
      found("krapyak rt 2")
        .slice(0, 3)
        .every((name) => name.startsWith("RT 2 ")),
    ).toBe(true);
    expect(found("kaligwe pompa").every((name) => name.includes("Kaligawe"))).toBe(true);
    expect(found("zzzzzz")).toEqual([]);
    expect(found("rt 77")).toEqual([]);
  });

  it("knows what everybody writes short, and forgives short words where nothing else is found", () => {
    expect(wordsOf("Jl. Prof. Hamka")).toEqual(["jalan", "prof", "hamka"]);
    expect(found("jl pemuda")[0]).toMatch(/^Jalan Pemuda/);
    expect(found("psr johar")[0]).toMatch(/^Pasar Johar/);
    expect(found("psaar joha")[0]).toMatch(/^Pasar Johar/);
    const file = makeMapFile(3);
    const few = decodeCity({ ...file, sites: { ...file.sites, name: ["Simpang Lima", "Lampu", "Toko"] } });
    const worth = new SearchIndex(few, () => "").find("lma");
    expect(few.cameras.filter(({ row }) => worth?.[row]).map(({ site }) => site.name)).toContain(
      "Simpang Lima",
    );
    expect(few.cameras.filter(({ row }) => worth?.[row]).map(({ site }) => site.name)).not.toContain("Lampu");
  });

  it("answers at once over ten thousand", () => {
    found("krapyak");
    const before = performance.now();
    for (const query of ["krap", "krapyk rw 3", "kalibnateng kulon", "pasar"]) index.find(query);
    expect((performance.now() - before) / 4).toBeLessThan(40);
  });
});

describe("filters", () => {
  it("limit by kind, area, agency and favourites", () => {
    const of = (filter: Partial<typeof EVERYTHING>, favourites = new Set<string>()) =>
      answer(city, { ...all, favourites, filter: { ...EVERYTHING, ...filter } });
    expect(of({ kinds: ["market"] }).every(({ site }) => site.kind === "market")).toBe(true);
    expect(of({ area: "33.74.01" }).every(({ site }) => site.area.startsWith("33.74.01."))).toBe(true);
    expect(of({ agency: "dishub" })).toHaveLength(400);
    expect(of({ favourites: true }, new Set(["kamera-5"])).map(({ id }) => id)).toEqual(["kamera-5"]);
  });

  it("put what works and what many pass first, the nearest first when asked", () => {
    const first = answer(city, all)[0];
    expect([first?.site.kind, first?.working]).toEqual(["main-road", true]);
    const near = { lat: -7.0, lon: 110.4 };
    const metres = answer(city, { ...all, near }).map(({ site }) =>
      site.spot ? distanceM(near, site.spot) : 0,
    );
    expect(metres.slice(0, 50)).toEqual([...metres.slice(0, 50)].sort((a, b) => a - b));
  });

  it("survive a link", () => {
    const filter = {
      q: "johar",
      kinds: ["market", "rt"],
      area: "33.74.01",
      agency: "dishub",
      favourites: true,
    };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filterToQuery(filter)))
      if (value !== null) query.set(name, value);
    expect(filterFrom(query)).toEqual(filter);
    expect(limits(filter)).toBe(4);
    expect(Object.values(filterToQuery(EVERYTHING)).every((value) => value === null)).toBe(true);
  });
});

describe("favourites", () => {
  it("are kept in order, bounded, and survive rubbish", () => {
    expect(readFavourites('["a",3,"","b"]')).toEqual(["a", "b"]);
    expect(readFavourites("{broken")).toEqual([]);
    expect(readFavourites(null)).toEqual([]);
    expect(toggled(["a"], "b")).toEqual(["b", "a"]);
    expect(toggled(["b", "a"], "b")).toEqual(["a"]);
    const many = Array.from({ length: MOST_FAVOURITES }, (_, at) => `k${at}`);
    expect(toggled(many, "new")).toHaveLength(MOST_FAVOURITES);
  });
});

describe("distances", () => {
  it("are said as people say them", () => {
    expect(sayDistance(344, "id")).toBe("340 m");
    expect(sayDistance(1249, "id")).toBe("1,2 km");
    expect(sayDistance(12_600, "en")).toBe("13 km");
  });
});
