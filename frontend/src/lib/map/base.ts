/** The base map that ships with the product: layers of GeoJSON, drawn in the page's own colours. */
import type {
  ExpressionSpecification,
  GeoJSONSourceSpecification,
  LayerSpecification,
  SourceSpecification,
} from "maplibre-gl";
import { depthOf, type Area } from "../portal/city";
import { imageName, type Hand } from "./lettering";
import type { Palette } from "./palette";

const LAYERS = [
  "land",
  "city",
  "water",
  "rivers",
  "roads",
  "rail",
  "kecamatan",
  "kelurahan",
  "labels",
] as const;
export type BaseLayer = (typeof LAYERS)[number];

export interface BaseMap {
  /** Drawn by hand, no official boundaries. */
  schematic: boolean;
  layers: Record<BaseLayer, GeoJSON.FeatureCollection>;
  /** West, south, east and north edge of what is drawn; null where it is not told. */
  frame: [number, number, number, number] | null;
}

const NOTHING: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

/** Read what the server sent; layers that it does not have are empty. */
export function readBaseMap(document: unknown): BaseMap {
  const layers: unknown =
    typeof document === "object" && document !== null ? Reflect.get(document, "layers") : null;
  const of = (name: string): GeoJSON.FeatureCollection => {
    const layer: unknown = typeof layers === "object" && layers !== null ? Reflect.get(layers, name) : null;
    return isCollection(layer) ? layer : NOTHING;
  };
  const schematic = typeof document === "object" && document !== null && Reflect.get(document, "schematic");
  return {
    schematic: schematic !== false,
    frame: frameOf(document),
    layers: Object.fromEntries(LAYERS.map((name) => [name, of(name)])) as BaseMap["layers"],
  };
}

function frameOf(document: unknown): BaseMap["frame"] {
  const frame: unknown =
    typeof document === "object" && document !== null ? Reflect.get(document, "frame") : null;
  if (!Array.isArray(frame)) return null;
  const [west, south, east, north] = frame.map(Number);
  if (west === undefined || south === undefined || east === undefined || north === undefined) return null;
  return [west, south, east, north];
}

/** Land beyond the edges of what is drawn, so that the map does not end in the sea where the city's land goes on. */
function beyond({ frame, layers }: BaseMap): GeoJSON.Feature[] {
  const [land] = layers.land.features;
  if (!frame || land?.geometry.type !== "Polygon") return [];
  const [west, south, east] = frame;
  const corners = land.geometry.coordinates[0] ?? [];
  const coast = (edge: number): number =>
    Math.max(south, ...corners.filter(([lon]) => lon === edge).map(([, lat]) => lat ?? south));
  const box = (a: number, b: number, c: number, d: number): GeoJSON.Feature => ({
    type: "Feature",
    properties: {},
    geometry: {
      type: "Polygon",
      coordinates: [
        [
          [a, b],
          [c, b],
          [c, d],
          [a, d],
          [a, b],
        ],
      ],
    },
  });
  const far = 3;
  return [
    box(west - far, south - far, west, coast(west)),
    box(east, south - far, east + far, coast(east)),
    box(west, south - far, east, south),
  ];
}

/** The base map with a name for each area, where whoever drew it has given none. */
export function withAreaNames(base: BaseMap, areas: readonly Area[]): BaseMap {
  const { labels } = base.layers;
  if (labels.features.some(({ properties }) => properties?.["kind"] === "kecamatan")) return base;
  const names = areas.flatMap(({ name, code, spot }): GeoJSON.Feature[] => {
    const kind = ["kecamatan", "kelurahan"][depthOf(code) - 3];
    if (!spot || !kind) return [];
    const geometry: GeoJSON.Point = { type: "Point", coordinates: [spot.lon, spot.lat] };
    return [{ type: "Feature", geometry, properties: { name, kind } }];
  });
  return {
    ...base,
    layers: { ...base.layers, labels: { ...labels, features: [...labels.features, ...names] } },
  };
}

function isCollection(layer: unknown): layer is GeoJSON.FeatureCollection {
  return typeof layer === "object" && layer !== null && Array.isArray(Reflect.get(layer, "features"));
}

export function baseSources(base: BaseMap): Record<string, SourceSpecification> {
  const source = (data: GeoJSON.FeatureCollection): GeoJSONSourceSpecification => ({
    type: "geojson",
    data,
    maxzoom: 14,
    tolerance: 0.3,
  });
  const { land } = base.layers;
  return {
    ...Object.fromEntries(LAYERS.map((name) => [name, source(base.layers[name])])),
    land: source({ ...land, features: [...land.features, ...beyond(base)] }),
  };
}

/** What the class of a road is worth in width. */
const BROAD: ExpressionSpecification = [
  "match",
  ["coalesce", ["get", "class"], ["get", "kind"], ""],
  ["toll", "arterial"],
  1.6,
  "main",
  1.15,
  "runway",
  2.2,
  0.75,
];

function widths(from: number, to: number): ExpressionSpecification {
  return ["interpolate", ["exponential", 1.5], ["zoom"], 10, ["*", BROAD, from], 18, ["*", BROAD, to]];
}

/** Ground of the schematic map: sea, land, areas, water, roads, rails. */
export function baseLayers(palette: Palette): LayerSpecification[] {
  const round = { "line-cap": "round", "line-join": "round" } as const;
  return [
    { id: "land", type: "fill", source: "land", paint: { "fill-color": palette["map-land"] } },
    {
      id: "kelurahan",
      type: "line",
      source: "kelurahan",
      minzoom: 12,
      paint: { "line-color": palette["map-area"], "line-width": 0.8 },
    },
    {
      id: "kecamatan",
      type: "line",
      source: "kecamatan",
      paint: { "line-color": palette["map-area"], "line-width": 1.6 },
    },
    {
      id: "city",
      type: "line",
      source: "city",
      paint: { "line-color": palette["map-rail"], "line-width": 2 },
    },
    { id: "water", type: "fill", source: "water", paint: { "fill-color": palette["map-water"] } },
    {
      id: "rivers",
      type: "line",
      source: "rivers",
      layout: round,
      paint: {
        "line-color": palette["map-water"],
        "line-width": [
          "interpolate",
          ["exponential", 1.5],
          ["zoom"],
          10,
          1.4,
          17,
          ["*", 6, ["to-number", ["get", "width"], 2]],
        ],
      },
    },
    {
      id: "rail",
      type: "line",
      source: "rail",
      paint: { "line-color": palette["map-rail"], "line-width": 1.2, "line-dasharray": [5, 3] },
    },
    {
      id: "roads-casing",
      type: "line",
      source: "roads",
      layout: round,
      paint: { "line-color": palette["map-casing"], "line-width": widths(2.2, 17) },
    },
    {
      id: "roads",
      type: "line",
      source: "roads",
      layout: round,
      paint: { "line-color": palette["map-road"], "line-width": widths(1.1, 14) },
    },
  ];
}

function name(hand: Hand): ExpressionSpecification {
  return ["concat", imageName(hand), ["get", "name"]];
}

/** Names of areas, places and (where they are ours) roads; each appears where there is room. */
export function nameLayers(roads = true): LayerSpecification[] {
  const kind: ExpressionSpecification = ["coalesce", ["get", "kind"], ""];
  const rank: ExpressionSpecification = ["to-number", ["get", "rank"], 2];
  const of = (...kinds: string[]): ExpressionSpecification => ["in", kind, ["literal", kinds]];
  const symbol = (
    id: string,
    source: string,
    rest: Partial<LayerSpecification>,
    hand: Hand,
  ): LayerSpecification =>
    ({
      id,
      type: "symbol",
      source,
      // Where a place is, a camera's point often stands: its name stands below.
      layout: { "icon-image": name(hand), "icon-padding": 3, "icon-offset": [0, hand === "place" ? 17 : 0] },
      ...rest,
    }) as LayerSpecification;
  const along = {
    "icon-image": name("road"),
    "symbol-placement": "line",
    "symbol-spacing": 420,
    "icon-rotation-alignment": "map",
    "icon-keep-upright": true,
    "icon-padding": 8,
  } as const;
  const places: ExpressionSpecification = ["!", of("city", "kecamatan", "kelurahan", "sea")];
  return [
    ...(roads ? [symbol("road-names", "roads", { minzoom: 13, layout: along }, "road")] : []),
    symbol("villages", "labels", { minzoom: 12.6, filter: of("kelurahan") }, "village"),
    symbol("landmarks", "labels", { minzoom: 13.5, filter: ["all", places, [">", rank, 1]] }, "place"),
    symbol("first-landmarks", "labels", { minzoom: 11.5, filter: ["all", places, ["<=", rank, 1]] }, "place"),
    symbol("districts", "labels", { maxzoom: 13.6, filter: of("kecamatan", "sea") }, "district"),
  ];
}
