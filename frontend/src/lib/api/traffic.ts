/** What passed the lines of all cameras of an area. */
import { read } from "./http";
import type { Where } from "./trends";
import type { EyeName, Step } from "./watching";

export interface Traffic {
  area: string;
  /** How many cameras there are, and how many of them have lines. */
  cameras: number;
  counted: number;
  /** The area's cameras with lines, by name. */
  counted_at: { camera: string; name: string }[];
  steps: { at: string; label: string; count: number; eye: EyeName | null }[];
  lines: { camera: string; name: string; line: string; direction: string; count: number }[];
  /** For how long nobody looked within a step, seconds of all cameras together. */
  gaps: { at: string; seconds: number }[];
  /** For how long somebody looked within a step, likewise. */
  watched: { at: string; seconds: number }[];
}

export interface Asked extends Where {
  from: number;
  to: number;
  step: Step;
}

function query({ area, camera, thing, from, to, step }: Asked, format: "json" | "csv"): string {
  const [start, end] = [from, to].map((at) => new Date(at).toISOString());
  const where = { area, camera, class: thing };
  return new URLSearchParams({ ...where, from: start ?? "", to: end ?? "", step, format }).toString();
}

export const traffic = (asked: Asked, signal?: AbortSignal): Promise<Traffic> =>
  read(`/api/v1/counts?${query(asked, "json")}`, signal);
/** Address of the same as a table. */
export const trafficTable = (asked: Asked): string => `/api/v1/counts?${query(asked, "csv")}`;
