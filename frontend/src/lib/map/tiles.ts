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
const DEEPEST = 14;

/** The sources and layers of the set ground; nothing where none is set. */
export function groundOf(tiles: MapTiles | null, palette: Palette): Ground {
  if (!tiles?.tiles) return EMPTY;
  if (tiles.kind === "raster") return raster(tiles.tiles);
  const url = tiles.tiles;
  const source: SourceSpecification =
    tiles.kind === "pmtiles"
      ? { type: "vector", url: `pmtiles://${new URL(url, location.href).href}` }
      : {
          type: "vector",
          tiles: [new URL(url, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")],
          maxzoom: DEEPEST,
        };
  return { sources: { ground: source }, layers: vectorLayers(palette) };
}

function raster(url: string): Ground {
  const address = new URL(url, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
  return {
    sources: { ground: { type: "raster", tiles: [address], tileSize: RASTER_PX, maxzoom: 19 } },
    layers: [{ id: "ground", type: "raster", source: "ground" }],
  };
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
