/** A camera as a tile shows it, whether it came from the map's file or from a list of the server. */
import type { Mode, PublicCamera, Working } from "../api/public";
import type { City, CityCamera } from "./city";
import type { Spot } from "./distance";

export interface Tile {
  id: string;
  name: string;
  place: string;
  kind: string;
  mode: Mode | string;
  state: Working;
  simulated: boolean;
  spot: Spot | null;
}

export function tileOf(camera: PublicCamera): Tile {
  const { id, name, mode, state, simulated, lat, lon } = camera;
  const spot = lat === null || lon === null ? null : { lat, lon };
  return { id, name, place: camera.area_name, kind: camera.kind ?? "", mode, state, simulated, spot };
}

/** A camera's name with its site's before it: "RT 3 RW 4 Krapyak gang masuk". */
export function fullName(camera: CityCamera): string {
  return [camera.site.name, camera.name].filter(Boolean).join(" ");
}

export function tileOfCity(city: City, camera: CityCamera): Tile {
  const { site, working } = camera;
  return {
    id: camera.id,
    name: fullName(camera),
    place: city.placeName(site.area) || site.areaName,
    kind: site.kind,
    mode: camera.mode,
    state: working === null ? "unknown" : working ? "working" : "broken",
    simulated: camera.simulated,
    spot: site.spot,
  };
}
