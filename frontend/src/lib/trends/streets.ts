/** Alarms by street, and by day. */
import type { AlarmDay } from "../api/trends";
import { HOUR_MS } from "../eyes/lines";
import { fields } from "../time/wall-clock";

export type Street = AlarmDay;

/**
 * The alarms of each zone of each site over all days, most first.
 *
 * Half of the stays were longer than `lasted_s`: of several days it is the day's value that most alarms had.
 */
export function byStreet(all: readonly AlarmDay[]): Street[] {
  const streets = new Map<string, { street: Street; of: number }>();
  for (const one of all) {
    const key = JSON.stringify([one.camera, one.zone]);
    const held = streets.get(key);
    if (!held) {
      streets.set(key, { street: { ...one }, of: one.alarms });
      continue;
    }
    const { street } = held;
    street.alarms += one.alarms;
    street.rejected += one.rejected;
    street.longest_s = Math.max(street.longest_s ?? 0, one.longest_s ?? 0) || null;
    if (one.alarms <= held.of) continue;
    street.lasted_s = one.lasted_s;
    held.of = one.alarms;
  }
  return [...streets.values()].map(({ street }) => street).sort((a, b) => b.alarms - a.alarms);
}

/** How many there were on each day, those without any too; the newest first. */
export function byDay(
  all: readonly AlarmDay[],
  first: number,
  last: number,
  zone: string,
): { day: string; alarms: number }[] {
  const sums = new Map<string, number>();
  for (const { day, alarms } of all) sums.set(day, (sums.get(day) ?? 0) + alarms);
  const days = new Set<string>();
  for (let at = first; at <= last; at += 12 * HOUR_MS) days.add(fields(at, zone).date);
  return [...new Set([...days, ...sums.keys()])]
    .sort()
    .reverse()
    .map((day) => ({ day, alarms: sums.get(day) ?? 0 }));
}
