/** The map's file: columns as the server sends them, decoded once into what lists, search and the map read. */

import type { Spot } from "./distance";

/** Differences from the row before; null where a place is not known, and the next one counts from the last known. */
type Column = (number | null)[];

/** As it arrives; numbers of places are differences from the row before. */
export interface MapFile {
  revision: string;
  /** Whether any of it is made up; only then each camera says so, too. */
  simulated?: boolean;
  kinds: string[];
  modes: string[];
  agencies: { id: string; name: string }[];
  areas: { code: string[]; name: string[]; lat: Column; lon: Column };
  sites: { lat: Column; lon: Column; area: number[]; kind: number[]; name: string[]; agency: number[] };
  cameras: {
    id: string[];
    name: string[];
    site: number[];
    mode: number[];
    working: number[];
    bearing: (number | null)[];
    simulated?: number[];
  };
}

/** A degree is so many steps of a site's column, and so many of an area's. */
const SITE_STEPS = 1e5;
const AREA_STEPS = 1e3;

export interface Area {
  code: string;
  name: string;
  spot: Spot | null;
}

export interface Site {
  /** Its row, which is its name here. */
  row: number;
  name: string;
  kind: string;
  /** Null where nobody has said where it stands: it is in lists, not on the map. */
  spot: Spot | null;
  /** Region code. */
  area: string;
  areaName: string;
  agency: { id: string; name: string } | null;
  /** Rows of its cameras. */
  cameras: number[];
}

export interface CityCamera {
  row: number;
  id: string;
  /** What tells it from the site's other cameras; may be empty. */
  name: string;
  site: Site;
  mode: string;
  working: boolean | null;
  bearing: number | null;
  simulated: boolean;
}

export class City {
  readonly byCode: ReadonlyMap<string, Area>;
  readonly byId: ReadonlyMap<string, CityCamera>;

  constructor(
    readonly revision: string,
    readonly kinds: readonly string[],
    readonly agencies: readonly { id: string; name: string }[],
    readonly areas: readonly Area[],
    readonly sites: readonly Site[],
    readonly cameras: readonly CityCamera[],
    /** Whether any of it is made up. */
    readonly simulated = false,
  ) {
    this.byCode = new Map(areas.map((area) => [area.code, area]));
    this.byId = new Map(cameras.map((camera) => [camera.id, camera]));
  }

  get working(): number {
    return this.cameras.reduce((count, camera) => count + (camera.working === true ? 1 : 0), 0);
  }

  /** "Krapyak, Semarang Barat": the kelurahan and kecamatan that a region code lies in, as far as they are known. */
  placeName(code: string): string {
    return [upTo(code, 4), upTo(code, 3)]
      .map((part) => (part === null ? undefined : this.byCode.get(part)?.name))
      .filter((name, at, all): name is string => name !== undefined && all.indexOf(name) === at)
      .join(", ");
  }
}

/** The first `depth` parts of a region code ("33.74.13.1006.rw04" at 3: "33.74.13"); null where it is not so deep. */
export function upTo(code: string, depth: number): string | null {
  const parts = code.split(".");
  return parts.length < depth ? null : parts.slice(0, depth).join(".");
}

/** How deep a region code goes: 2 city, 3 kecamatan, 4 kelurahan, 5 RW, 6 RT. */
export function depthOf(code: string): number {
  return code.split(".").length;
}

/** Whether `code` is `area` or lies in it. */
export function within(code: string, area: string): boolean {
  return code === area || code.startsWith(`${area}.`);
}

function spots(lats: Column, lons: Column, steps: number): (Spot | null)[] {
  let lat = 0;
  let lon = 0;
  return lats.map((north, row) => {
    const east = lons[row] ?? null;
    if (north !== null) lat += north;
    if (east !== null) lon += east;
    return north === null || east === null ? null : { lat: lat / steps, lon: lon / steps };
  });
}

/** Decode the file; throws where it is not one. */
export function decodeCity(file: unknown): City {
  if (!isMapFile(file)) throw new TypeError("this is not a map file");
  const areas = areasOf(file);
  const sites = sitesOf(file, areas);
  const cameras: CityCamera[] = [];
  for (const [row, id] of file.cameras.id.entries()) {
    const site = sites[file.cameras.site[row] ?? -1];
    if (!site) continue;
    site.cameras.push(cameras.length);
    const working = file.cameras.working[row];
    cameras.push({
      row: cameras.length,
      id,
      name: file.cameras.name[row] ?? "",
      site,
      mode: file.modes[file.cameras.mode[row] ?? -1] ?? "stills",
      working: working === 1 ? true : working === 0 ? false : null,
      bearing: file.cameras.bearing[row] ?? null,
      simulated: file.cameras.simulated?.[row] === 1,
    });
  }
  return new City(file.revision, file.kinds, file.agencies, areas, sites, cameras, file.simulated === true);
}

function areasOf({ areas }: MapFile): Area[] {
  const places = spots(areas.lat, areas.lon, AREA_STEPS);
  return areas.code.map((code, row) => ({ code, name: areas.name[row] ?? code, spot: places[row] ?? null }));
}

function sitesOf({ sites, kinds, agencies }: MapFile, areas: readonly Area[]): Site[] {
  const places = spots(sites.lat, sites.lon, SITE_STEPS);
  return sites.name.map((name, row) => {
    const area = areas[sites.area[row] ?? -1];
    return {
      row,
      name,
      kind: kinds[sites.kind[row] ?? -1] ?? "",
      spot: places[row] ?? null,
      area: area?.code ?? "",
      areaName: area?.name ?? "",
      agency: agencies[sites.agency[row] ?? -1] ?? null,
      cameras: [],
    };
  });
}

function isMapFile(file: unknown): file is MapFile {
  if (typeof file !== "object" || file === null) return false;
  const columns = (part: string, ...names: string[]): boolean => {
    const table: unknown = Reflect.get(file, part);
    return (
      typeof table === "object" &&
      table !== null &&
      names.every((name) => Array.isArray(Reflect.get(table, name)))
    );
  };
  return (
    Array.isArray(Reflect.get(file, "kinds")) &&
    Array.isArray(Reflect.get(file, "modes")) &&
    Array.isArray(Reflect.get(file, "agencies")) &&
    columns("areas", "code", "name", "lat", "lon") &&
    columns("sites", "lat", "lon", "area", "kind", "name", "agency") &&
    columns("cameras", "id", "name", "site", "mode", "working", "bearing")
  );
}
