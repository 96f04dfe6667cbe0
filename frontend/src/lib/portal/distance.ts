/** Distances between spots of a city, and how they are said. */
import { decimal } from "../i18n/numbers";
import type { Language } from "../time/words";

export interface Spot {
  lat: number;
  lon: number;
}

const M_PER_DEGREE = 111_195;

/** Metres between two spots of one city: flat, which is right to a few metres over its width. */
export function distanceM(a: Spot, b: Spot): number {
  const north = (a.lat - b.lat) * M_PER_DEGREE;
  const east = (a.lon - b.lon) * M_PER_DEGREE * Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}

/** 350 m, 1,2 km */
export function sayDistance(metres: number, language: Language): string {
  if (metres < 1000) return `${Math.max(10, Math.round(metres / 10) * 10)} m`;
  return `${decimal(metres / 1000, language, metres < 10_000 ? 1 : 0)} km`;
}
