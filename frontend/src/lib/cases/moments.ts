/** Moments (ms since 1970) as fields for date and time write them, in the city's zone, and back. */
import { zoneOffset } from "../time/words";

/** `2026-11-22T02:14:05`, the city's time. */
export function localInput(moment: number, zone: string): string {
  return new Date(moment + zoneOffset(moment, zone)).toISOString().slice(0, 19);
}

/** The moment that a field says; null where it says none. */
export function fromLocalInput(text: string, zone: string): number | null {
  const utc = Date.parse(`${text}Z`);
  if (Number.isNaN(utc)) return null;
  return utc - zoneOffset(utc - zoneOffset(utc, zone), zone);
}
