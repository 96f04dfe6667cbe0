/** The typical week laid under a stretch of time. */
import type { Cell, Week } from "../api/trends";
import { HOUR_MS } from "../eyes/lines";
import { fields } from "../time/wall-clock";

export interface Typical {
  low: (number | null)[];
  median: (number | null)[];
  high: (number | null)[];
}

/** The hour of the week of a moment in a zone: 0 is Monday from midnight on. */
export function hourOfWeek(moment: number, zone: string): number {
  const { date, time } = fields(moment, zone);
  const sundayFirst = new Date(`${date}T00:00:00Z`).getUTCDay();
  return ((sundayFirst + 6) % 7) * 24 + Number(time.slice(0, 2));
}

/** What is usual in each of the hours; null where too few weeks are known. */
export function typicalOf(week: Week, times: readonly number[], zone: string): Typical {
  const cells = new Map(week.cells.map((cell) => [cell.hour, cell]));
  const found = times.map((at) => cells.get(hourOfWeek(at, zone)) ?? null);
  const pick = (name: keyof Pick<Cell, "low" | "median" | "high">): (number | null)[] =>
    found.map((cell) => cell?.[name] ?? null);
  return { low: pick("low"), median: pick("median"), high: pick("high") };
}

/** What is usual in the hour of a moment; null where too few weeks are known. */
export function usualAt(week: Week, moment: number, zone: string): Cell | null {
  return week.cells.find(({ hour }) => hour === hourOfWeek(moment, zone)) ?? null;
}

export type Period = "today" | "yesterday" | "week" | "month";
export const PERIODS: readonly Period[] = ["today", "yesterday", "week", "month"];

/** From when to when a period lasts; days begin at the zone's midnight, `midnight` is today's. */
export function stretchOf(period: Period, midnight: number, now: number): { from: number; to: number } {
  const DAY = 24 * HOUR_MS;
  const back = { today: 0, yesterday: 1, week: 6, month: 27 }[period];
  return { from: midnight - back * DAY, to: period === "yesterday" ? midnight : now };
}
