/** Sites on the map: points that gather into counts when they would lie on each other. */
import type { ExpressionSpecification, GeoJSONSourceSpecification, LayerSpecification } from "maplibre-gl";
import type { WifiPoint } from "../api/public";
import type { CityCamera } from "../portal/city";
import type { Spot } from "../portal/distance";
import type { Box } from "../portal/filter";
import type { Language } from "../time/words";
import { imageName } from "./lettering";
import type { Palette } from "./palette";

export const SITES = "sites";
export const WIFI = "wifi";
export const ME = "me";
/** Closer than this many pixels, sites are counted together; from the zoom after it on, each stands alone. */
const GATHER_PX = 60;
const GATHER_UNTIL = 15;

/** A point for each site that has one of these cameras: how many, how many of them broken. */
export function sitePoints(cameras: readonly CityCamera[]): GeoJSON.FeatureCollection {
  const counts = new Map<number, { camera: CityCamera; cameras: number; broken: number; unknown: number }>();
  for (const camera of cameras) {
    if (!camera.site.spot) continue;
    let count = counts.get(camera.site.row);
    if (!count) counts.set(camera.site.row, (count = { camera, cameras: 0, broken: 0, unknown: 0 }));
    count.cameras += 1;
    if (camera.working === false) count.broken += 1;
    if (camera.working === null) count.unknown += 1;
  }
  const features: GeoJSON.Feature[] = [];
  for (const [row, { camera, cameras: all, broken, unknown }] of counts) {
    const { spot } = camera.site;
    if (!spot) continue;
    const state = broken === all ? "broken" : broken + unknown === all ? "unknown" : "working";
    features.push({
      type: "Feature",
      geometry: { type: "Point", coordinates: [spot.lon, spot.lat] },
      properties: { row, cameras: all, state },
    });
  }
  return { type: "FeatureCollection", features };
}

/** Where this device is, as far as somebody let it be known. */
export function mePoint(spot: Spot | null): GeoJSON.FeatureCollection {
  const geometry: GeoJSON.Point | null = spot && { type: "Point", coordinates: [spot.lon, spot.lat] };
  return {
    type: "FeatureCollection",
    features: geometry ? [{ type: "Feature", geometry, properties: {} }] : [],
  };
}

/** A point for each point of free wifi. */
export function wifiPoints(points: readonly WifiPoint[]): GeoJSON.FeatureCollection {
  return {
    type: "FeatureCollection",
    features: points.map(({ lat, lon, name, working }) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [lon, lat] },
      properties: { name, working },
    })),
  };
}

/** The smallest box around the cameras that stand somewhere; null where none does. */
export function boxOf(cameras: readonly CityCamera[]): Box | null {
  let box: Box | null = null;
  for (const { site } of cameras) {
    const { spot } = site;
    if (!spot) continue;
    box ??= { west: spot.lon, east: spot.lon, south: spot.lat, north: spot.lat };
    box.west = Math.min(box.west, spot.lon);
    box.east = Math.max(box.east, spot.lon);
    box.south = Math.min(box.south, spot.lat);
    box.north = Math.max(box.north, spot.lat);
  }
  return box;
}

export function siteSource(data: GeoJSON.FeatureCollection): GeoJSONSourceSpecification {
  return {
    type: "geojson",
    data,
    cluster: true,
    clusterRadius: GATHER_PX,
    clusterMaxZoom: GATHER_UNTIL,
    clusterProperties: { cameras: ["+", ["get", "cameras"]] },
  };
}

/** 4,8 rb; 4.8k */
function thousands(language: Language): ExpressionSpecification {
  const locale = language === "id" ? "id" : "en";
  return [
    "concat",
    ["number-format", ["/", ["get", "cameras"], 1000], { locale, "max-fraction-digits": 1 }],
    language === "id" ? " rb" : "k",
  ];
}

export function siteLayers(palette: Palette, language: Language): LayerSpecification[] {
  return [
    {
      id: "wifi",
      type: "circle",
      source: WIFI,
      paint: {
        "circle-color": "transparent",
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 2, 16, 11],
        "circle-stroke-color": ["case", ["get", "working"], palette["focus"], palette["quiet"]],
        "circle-stroke-width": 2,
      },
    },
    {
      id: "wifi-names",
      type: "symbol",
      source: WIFI,
      minzoom: 15.5,
      layout: { "icon-image": ["concat", imageName("place"), ["get", "name"]], "icon-offset": [0, 18] },
    },
    {
      id: "clusters",
      type: "circle",
      source: SITES,
      filter: ["has", "point_count"],
      paint: {
        "circle-color": palette["ink"],
        "circle-radius": ["step", ["get", "cameras"], 15, 30, 18, 200, 22, 1000, 26],
        "circle-stroke-color": palette["paper"],
        "circle-stroke-width": 2,
      },
    },
    {
      id: "cluster-counts",
      type: "symbol",
      source: SITES,
      filter: ["has", "point_count"],
      layout: {
        "icon-image": [
          "concat",
          imageName("count"),
          ["case", ["<", ["get", "cameras"], 1000], ["to-string", ["get", "cameras"]], thousands(language)],
        ],
        "icon-allow-overlap": true,
        // A name that would lie under the circle is left out.
        "icon-padding": 7,
      },
    },
    {
      id: "sites",
      type: "circle",
      source: SITES,
      filter: ["!", ["has", "point_count"]],
      paint: {
        // Shape as well as colour: what works is full, what does not is a ring.
        "circle-color": [
          "match",
          ["get", "state"],
          "working",
          palette["alive-fill"],
          "broken",
          palette["paper"],
          palette["quiet"],
        ],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 5, 16, 8],
        "circle-stroke-color": ["match", ["get", "state"], "broken", palette["dead-fill"], palette["paper"]],
        "circle-stroke-width": ["match", ["get", "state"], "broken", 3, 2],
      },
    },
    {
      id: "me",
      type: "circle",
      source: ME,
      paint: {
        "circle-color": palette["focus"],
        "circle-radius": 7,
        "circle-stroke-color": palette["paper"],
        "circle-stroke-width": 3,
      },
    },
    {
      id: "chosen",
      type: "circle",
      source: SITES,
      filter: ["==", ["get", "row"], -1],
      paint: {
        "circle-color": "transparent",
        "circle-radius": 14,
        "circle-stroke-color": palette["focus"],
        "circle-stroke-width": 3,
      },
    },
  ];
}
