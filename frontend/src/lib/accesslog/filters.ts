/** What an auditor filters by, as it stands in the address bar; dates are the city's. */
import type { Wanted } from "../api/accesslog";
import { momentAt } from "../time/wall-clock";

export interface Filters {
  area: string;
  camera: string;
  who: string;
  action: string;
  from: string;
  to: string;
}

const NAMES = ["area", "camera", "who", "action", "from", "to"] as const;
const DAY_MS = 86_400_000;

export function filtersOf(query: URLSearchParams): Filters {
  const found = Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""]));
  return found as unknown as Filters;
}

export function notesOf(filters: Filters): Record<string, string | null> {
  return Object.fromEntries(NAMES.map((name) => [name, filters[name] || null]));
}

/** `to` is the last day that is wanted: everything before the next begins. */
export function wantedOf(filters: Filters, zone: string): Wanted {
  const begin = (date: string): number | null => (date ? momentAt(date, "00:00", zone) : null);
  const from = begin(filters.from);
  const to = begin(filters.to);
  return {
    ...(filters.area && { area: filters.area }),
    ...(filters.camera && { camera: filters.camera }),
    ...(filters.who && { who: filters.who }),
    ...(filters.action && { action: [filters.action] }),
    ...(from !== null && { from: new Date(from).toISOString() }),
    ...(to !== null && { to: new Date(to + DAY_MS).toISOString() }),
  };
}
