/** Trends: the typical week, what is unusual now, measures of an area, alarms by day, counts by hand. */
import { purposed } from "./purpose";
import { read, send } from "./http";
import type { EyeName } from "./watching";

/** One hour of the typical week: 0 is Monday from midnight on. */
export interface Cell {
  hour: number;
  median: number;
  low: number;
  high: number;
  weeks: number;
}

export interface Week {
  days: number;
  needed: number;
  cells: Cell[];
}

export interface Unusual {
  camera: string;
  name: string;
  area: string;
  analytic: string;
  place: string;
  label: string;
  unit: string;
  value: number;
  median: number;
  low: number;
  high: number;
  weeks: number;
  score: number;
  eyes: EyeName[];
}

export interface UnusualNow {
  from: string;
  to: string;
  /** How many cameras are looked at, and of how many of them enough weeks are known. */
  cameras: number;
  known: number;
  weeks: number;
  needed: number;
  found: Unusual[];
}

export interface Series {
  camera: string;
  name: string;
  analytic: string;
  zone: string;
  measure: string;
  unit: string;
  levels: number[];
}

export interface AlarmDay {
  day: string;
  site: string | null;
  zone: string;
  camera: string;
  name: string;
  alarms: number;
  rejected: number;
  lasted_s: number | null;
  longest_s: number | null;
}

export interface Lane {
  direction: string;
  label: string;
  hand: number[];
  counted: number[];
}

export interface HandCount {
  id: string;
  line: string;
  from: string;
  to: string;
  live: boolean;
  by: string;
  at: string;
  eyes: EyeName[];
  hand: number;
  counted: number;
  /** How right the eye's count was, 0 to 1. */
  effectiveness: number;
  lanes: Lane[];
}

export interface Tap {
  at: string;
  direction: string;
  label: string;
}

export interface Where {
  area: string;
  camera: string;
  /** One class, or none for all. */
  thing: string;
}

function query(where: Where, more: Record<string, string> = {}): string {
  const { area, camera, thing } = where;
  const named = Object.entries({ area, camera, class: thing, ...more }).filter(([, value]) => value !== "");
  return new URLSearchParams(named).toString();
}

export const week = (where: Where, signal?: AbortSignal): Promise<Week> =>
  read(`/api/v1/trends/week?${query(where)}`, signal);
export const weekTable = (where: Where): string => `/api/v1/trends/week?${query(where, { format: "csv" })}`;

function measureWeekAt({ camera, analytic, zone, measure }: Series, more: Record<string, string>): string {
  return `/api/v1/trends/week/measure?${new URLSearchParams({ camera, analytic, zone, measure, ...more })}`;
}
/** The typical week of one measure of one camera. */
export const measureWeek = (series: Series, signal?: AbortSignal): Promise<Week> =>
  read(measureWeekAt(series, {}), signal);
export const measureWeekTable = (series: Series): string => measureWeekAt(series, { format: "csv" });

export const unusual = (where: Where, signal?: AbortSignal): Promise<UnusualNow> =>
  read(`/api/v1/trends/unusual?${query(where)}`, signal);

export const measureSeries = (
  where: Where,
  analytic: string,
  signal?: AbortSignal,
): Promise<{ series: Series[]; more: boolean }> =>
  read(`/api/v1/trends/measures?${query(where, { analytic })}`, signal);

function days(where: Where, analytic: string, from: number, to: number, format: string): string {
  const [start, end] = [from, to].map((at) => new Date(at).toISOString());
  return `/api/v1/trends/alarms?${query(where, { analytic, from: start ?? "", to: end ?? "", format })}`;
}

export async function alarmDays(
  where: Where,
  analytic: string,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<AlarmDay[]> {
  return (await read<{ days: AlarmDay[] }>(days(where, analytic, from, to, "json"), signal)).days;
}
export const alarmDaysTable = (where: Where, analytic: string, from: number, to: number): string =>
  days(where, analytic, from, to, "csv");

const hand = (camera: string): string => `/api/v1/cameras/${encodeURIComponent(camera)}/hand-counts`;

export async function handCounts(camera: string, signal?: AbortSignal): Promise<HandCount[]> {
  const asked = new URLSearchParams(purposed(camera, {})).toString();
  return (await read<{ counts: HandCount[] }>(`${hand(camera)}${asked ? `?${asked}` : ""}`, signal)).counts;
}

export interface HandCountGiven {
  line: string;
  from: string;
  to: string;
  live: boolean;
  taps: Tap[];
}

export async function addHandCount(camera: string, given: HandCountGiven): Promise<HandCount> {
  return (await (await send("POST", hand(camera), given)).json()) as HandCount;
}

export async function removeHandCount(camera: string, id: string): Promise<void> {
  await send("DELETE", `${hand(camera)}/${encodeURIComponent(id)}`);
}
