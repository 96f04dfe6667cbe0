/** What stands around an entry, for a map on which it is placed. */
import { cameraPage, entities, entity, type Entity } from "../api/registry";
import type { Neighbour } from "../map/spot-map";
import type { Spot } from "../portal/distance";

const MOST = "300";

export function spotOf(one: Record<string, unknown> | null | undefined): Spot | null {
  const lat = one?.["lat"];
  const lon = one?.["lon"];
  return typeof lat === "number" && typeof lon === "number" ? { lat, lon } : null;
}

function neighbour(one: Record<string, unknown>): Neighbour[] {
  const spot = spotOf(one);
  return spot ? [{ ...spot, name: String(one["name"] ?? "") }] : [];
}

/** The middle of an area, or of the nearest area above that has one. */
export async function centreOf(area: string): Promise<Spot | null> {
  for (let code = area; code.includes("."); code = code.slice(0, code.lastIndexOf("."))) {
    const found = spotOf(await entity("areas", code).catch(() => null));
    if (found) return found;
  }
  return null;
}

/** Other sites of the same kelurahan. */
export async function sitesAround(area: string, but: string): Promise<Neighbour[]> {
  const kelurahan = area.split(".").slice(0, 4).join(".");
  if (kelurahan.split(".").length < 4) return [];
  const page = await entities("sites", { area: kelurahan, limit: MOST });
  return page.found.filter((one) => one.id !== but).flatMap(neighbour);
}

/** A site and the other cameras at it. */
export async function camerasAround(site: Entity, but: string): Promise<Neighbour[]> {
  const page = await cameraPage({ site: site.id, limit: "50" });
  const others = page.found
    .filter((one) => one.id !== but)
    .flatMap((one) => neighbour(one as unknown as Record<string, unknown>));
  return [...neighbour(site), ...others];
}
