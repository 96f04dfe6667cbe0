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

/** Read "LAT,LON"; null where it is none. */
export function spotFrom(text: string | null): Spot | null {
  const found = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(text ?? "");
  return found ? { lat: Number(found[1]), lon: Number(found[2]) } : null;
}

/** 350 m, 1,2 km */
export function sayDistance(metres: number, language: Language): string {
  if (metres < 1000) return `${Math.max(10, Math.round(metres / 10) * 10)} m`;
  return `${decimal(metres / 1000, language, metres < 10_000 ? 1 : 0)} km`;
}
