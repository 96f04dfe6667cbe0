/** Which cameras are asked for: kept in the address, so that a link carries them. */
import { within, type City, type CityCamera } from "./city";
import { distanceM, type Spot } from "./distance";

export interface Filter {
  q: string;
  kinds: string[];
  /** Region code of a kecamatan or a kelurahan; empty for the whole city. */
  area: string;
  agency: string;
  favourites: boolean;
}

export const EVERYTHING: Filter = { q: "", kinds: [], area: "", agency: "", favourites: false };

/** Whom a resident looks for first: places that many pass; then everybody's own corner. */
const INTEREST = [
  "main-road",
  "infrastructure",
  "crowd-centre",
  "market",
  "tourism",
  "hotspot",
  "kecamatan-office",
  "kelurahan-office",
  "tower",
  "rt",
];

export function filterFrom(query: URLSearchParams): Filter {
  return {
    q: query.get("q") ?? "",
    kinds: (query.get("kind") ?? "").split(",").filter(Boolean),
    area: query.get("area") ?? "",
    agency: query.get("agency") ?? "",
    favourites: query.get("fav") === "1",
  };
}

export function filterToQuery(filter: Filter): Record<string, string | null> {
  return {
    q: filter.q.trim() || null,
    kind: filter.kinds.join(",") || null,
    area: filter.area || null,
    agency: filter.agency || null,
    fav: filter.favourites ? "1" : null,
  };
}

/** How many kinds of limits are in force, search aside. */
export function limits(filter: Filter): number {
  return [filter.kinds.length > 0, filter.area !== "", filter.agency !== "", filter.favourites].filter(
    Boolean,
  ).length;
}

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

export interface Question {
  filter: Filter;
  /** What search found of each row; null when nothing was typed. */
  found: Uint16Array | null;
  favourites: ReadonlySet<string>;
  /** Nearest first, from here. */
  near: Spot | null;
  /** Only what lies in it. */
  box: Box | null;
}

function fits(camera: CityCamera, { filter, found, favourites, box }: Question): boolean {
  const { site } = camera;
  if (found && !found[camera.row]) return false;
  if (filter.kinds.length > 0 && !filter.kinds.includes(site.kind)) return false;
  if (filter.area !== "" && !within(site.area, filter.area)) return false;
  if (filter.agency !== "" && site.agency?.id !== filter.agency) return false;
  if (filter.favourites && !favourites.has(camera.id)) return false;
  return box === null || (site.spot !== null && inside(site.spot, box));
}

function inside({ lat, lon }: Spot, { west, south, east, north }: Box): boolean {
  return lon >= west && lon <= east && lat >= south && lat <= north;
}

/** The cameras that are asked for, best first: by what was typed, else by distance, else by interest. */
export function answer(city: City, question: Question): CityCamera[] {
  const cameras = city.cameras.filter((camera) => fits(camera, question));
  const { found, near } = question;
  if (near) {
    const metres = new Map(
      cameras.map(({ site }) => [site.row, site.spot ? distanceM(near, site.spot) : Infinity]),
    );
    const far = ({ site }: CityCamera): number => metres.get(site.row) ?? Infinity;
    return cameras.sort((a, b) => (far(a) === far(b) ? a.row - b.row : far(a) - far(b)));
  }
  const rank = (camera: CityCamera): number => {
    const interest = INTEREST.indexOf(camera.site.kind);
    return (camera.working === false ? 100 : 0) + (interest < 0 ? INTEREST.length : interest);
  };
  return cameras.sort((a, b) => {
    const typed = found ? (found[b.row] ?? 0) - (found[a.row] ?? 0) : 0;
    return typed || rank(a) - rank(b) || a.row - b.row;
  });
}
