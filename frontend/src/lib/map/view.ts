/** What a camera looks at, as a fan on the map. */
import type { Spot } from "../portal/distance";

export interface View {
  /** Degrees clockwise from north; null where nobody has said. */
  bearing: number | null;
  /** Width of view, degrees; null where nobody has said. */
  angle: number | null;
}

const NONE: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const REACH_M = 45;
const USUAL_ANGLE = 70;
const STEPS = 12;
const METRES_PER_DEGREE = 111_320;

export function viewOf(spot: Spot | null, { bearing, angle }: View): GeoJSON.FeatureCollection {
  if (!spot || bearing === null) return NONE;
  const wide = Math.min(angle ?? USUAL_ANGLE, 360);
  const rim = Array.from({ length: STEPS + 1 }, (_, step) =>
    ahead(spot, bearing - wide / 2 + (wide * step) / STEPS),
  );
  const middle: GeoJSON.Position = [spot.lon, spot.lat];
  return {
    type: "FeatureCollection",
    features: [
      {
        type: "Feature",
        properties: {},
        geometry: { type: "Polygon", coordinates: [[middle, ...rim, middle]] },
      },
    ],
  };
}

/** The point some metres from a spot in a direction. */
function ahead({ lat, lon }: Spot, degrees: number): GeoJSON.Position {
  const turn = (degrees * Math.PI) / 180;
  const north = (REACH_M * Math.cos(turn)) / METRES_PER_DEGREE;
  const east = (REACH_M * Math.sin(turn)) / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180));
  return [lon + east, lat + north];
}
