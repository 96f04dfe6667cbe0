/** The map's ground when the city has set one of its own: raster, vector or one PMTiles file. */
import type { LayerSpecification, SourceSpecification } from "maplibre-gl";
import type { MapTiles } from "../api/types";
import type { Palette } from "./palette";

export interface Ground {
  sources: Record<string, SourceSpecification>;
  layers: LayerSpecification[];
}

const EMPTY: Ground = { sources: {}, layers: [] };
const RASTER_PX = 256;
const RASTER_DEEPEST = 19;
const VECTOR_DEEPEST = 14;

/** A ground that is ready to be drawn. */
export interface Opened {
  source: SourceSpecification;
}

/** Make a set ground ready; null where none is set, or it cannot be read: the map that ships is drawn then. */
export async function openGround(tiles: MapTiles | null): Promise<Opened | null> {
  if (!tiles?.tiles) return null;
  const url = new URL(tiles.tiles, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
  if (tiles.kind === "raster") {
    return { source: { type: "raster", tiles: [url], tileSize: RASTER_PX, maxzoom: RASTER_DEEPEST } };
  }
  if (tiles.kind === "vector") {
    // Tiles by their own address, or a TileJSON that says where they are.
    const own: SourceSpecification = { type: "vector", tiles: [url], maxzoom: VECTOR_DEEPEST };
    return { source: url.includes("{z}") ? own : { type: "vector", url } };
  }
  try {
    const { openPmtiles } = await import("./pmtiles");
    const kind = await openPmtiles(url);
    return { source: { type: kind, url: `pmtiles://${url}` } };
  } catch {
    return null;
  }
}

/** The sources and layers of an opened ground; nothing where there is none. */
export function groundOf(opened: Opened | null, palette: Palette): Ground {
  if (!opened) return EMPTY;
  const layers: LayerSpecification[] =
    opened.source.type === "raster"
      ? [{ id: "ground", type: "raster", source: "ground" }]
      : vectorLayers(palette);
  return { sources: { ground: opened.source }, layers };
}

/** Layers by the names of the two schemas that are about: OpenMapTiles and Protomaps. What a tile lacks is not drawn. */
function vectorLayers(palette: Palette): LayerSpecification[] {
  const fill = (layer: string, colour: string): LayerSpecification => ({
    id: `ground-${layer}`,
    type: "fill",
    source: "ground",
    "source-layer": layer,
    paint: { "fill-color": colour },
  });
  const line = (layer: string, colour: string, width: number): LayerSpecification => ({
    id: `ground-${layer}-line`,
    type: "line",
    source: "ground",
    "source-layer": layer,
    paint: {
      "line-color": colour,
      "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 10, width / 4, 18, width * 4],
    },
  });
  return [
    fill("earth", palette["map-land"]),
    fill("water", palette["map-water"]),
    line("waterway", palette["map-water"], 2),
    fill("building", palette["map-area"]),
    fill("buildings", palette["map-area"]),
    line("transportation", palette["map-road"], 3),
    line("roads", palette["map-road"], 3),
    line("boundary", palette["map-area"], 1),
    line("boundaries", palette["map-area"], 1),
  ];
}
