/** A whole map in one file (PMTiles): read piece by piece, by the ranges that are needed. Loaded only where one is set. */
import { addProtocol } from "maplibre-gl";
import { PMTiles, Protocol, TileType } from "pmtiles";

const protocol = new Protocol();
addProtocol("pmtiles", protocol.tile);

/** Open the file at `url`; says whether it holds pictures or shapes. Throws where it cannot be read. */
export async function openPmtiles(url: string): Promise<"raster" | "vector"> {
  const file = new PMTiles(url);
  protocol.add(file);
  const { tileType } = await file.getHeader();
  return tileType === TileType.Mvt ? "vector" : "raster";
}
