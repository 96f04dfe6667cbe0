/** Between a moment and what the clock on the wall of a zone says. Moments are ms since 1970. */
import { zoneOffset } from "./words";

export interface Fields {
  /** 2026-11-22 */
  date: string;
  /** 02:14:00 */
  time: string;
}

export function fields(moment: number, zone: string): Fields {
  const wall = new Date(Math.floor(moment / 1000) * 1000 + zoneOffset(moment, zone)).toISOString();
  return { date: wall.slice(0, 10), time: wall.slice(11, 19) };
}

/** The moment at which a zone's clock shows this; null where it is no date and time. */
export function momentAt(date: string, time: string, zone: string): number | null {
  const wall = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`);
  if (Number.isNaN(wall)) return null;
  // The offset of the wall's own reading is the moment's, but for the hour in which clocks change.
  return wall - zoneOffset(wall - zoneOffset(wall, zone), zone);
}
