/** Finding: what passed a camera by time, cameras around a place, the next ones along, bookmarks. */
import { stamp } from "./client";
import { read, send } from "./http";
import { purposed } from "./purpose";

/** Something that was seen, that an alarm was raised about, or that moved. */
export interface MomentFound {
  from: string;
  to: string;
  kind: "seen" | "alarm" | "motion";
  /** The class of a thing; the analytic of an alarm; empty for motion. */
  what: string;
}

export interface Moments {
  /** Whether the camera is looked at by analytics now. */
  watched: boolean;
  moments: MomentFound[];
  more: boolean;
}

export interface Asked {
  from: number;
  to: number;
  newest?: boolean;
  limit?: number;
  /** Also when something moved, by the size of coded pictures; within six hours. */
  motion?: boolean;
}

export function momentsOf(camera: string, asked: Asked, signal?: AbortSignal): Promise<Moments> {
  const { from, to, newest = false, limit = 500, motion = false } = asked;
  const flags = { newest: String(newest), motion: String(motion) };
  const query = new URLSearchParams(
    purposed(camera, { from: stamp(from), to: stamp(to), limit: String(limit), ...flags }),
  );
  return read(`/api/v1/cameras/${encodeURIComponent(camera)}/moments?${query}`, signal);
}

export interface NearCamera {
  id: string;
  name: string;
  lat: number;
  lon: number;
  bearing_deg: number | null;
  angle_deg: number | null;
  distance_m: number;
  /** From the place to the camera, degrees clockwise from north. */
  direction_deg: number;
  sees: "yes" | "no" | "unknown";
  recorded: "yes" | "no" | "unknown";
  /** The nearest recorded moment where it did not record then. */
  nearest: string | null;
}

export interface Around {
  lat: number;
  lon: number;
  at: string;
  cameras: NearCamera[];
  more: boolean;
  for_a_purpose: number;
}

export interface Where {
  lat: number;
  lon: number;
  at: number;
  radius: number;
}

export function camerasAround(where: Where, purpose: string, signal?: AbortSignal): Promise<Around> {
  const query = new URLSearchParams({
    lat: String(where.lat),
    lon: String(where.lon),
    at: stamp(where.at),
    radius_m: String(where.radius),
    ...(purpose ? { purpose } : {}),
  });
  return read(`/api/v1/around?${query}`, signal);
}

export interface OnwardCamera {
  id: string;
  name: string;
  distance_m: number;
  direction_deg: number;
  /** The road that both hang at; null where the distance is a straight line. */
  road: string | null;
  fastest_s: number;
  slowest_s: number;
}

export interface Onward {
  placed: boolean;
  lat: number | null;
  lon: number | null;
  cameras: OnwardCamera[];
}

export const onwardFrom = (camera: string, signal?: AbortSignal): Promise<Onward> =>
  read(
    `/api/v1/cameras/${encodeURIComponent(camera)}/onward?${new URLSearchParams(purposed(camera, {}))}`,
    signal,
  );

export interface Bookmark {
  id: string;
  camera: string;
  at: string;
  note: string;
  by: string;
  case: string;
  mine: boolean;
}

export async function bookmarksOf(cameras: readonly string[], from: number, to: number): Promise<Bookmark[]> {
  const query = new URLSearchParams({ cameras: cameras.join(","), from: stamp(from), to: stamp(to) });
  return (await read<{ bookmarks: Bookmark[] }>(`/api/v1/bookmarks?${query}`)).bookmarks;
}

export async function addBookmark(
  camera: string,
  at: number,
  note: string,
  number: string,
): Promise<Bookmark> {
  const query = new URLSearchParams(purposed(camera, {}));
  const body = { at: stamp(at), note, case: number };
  return (await (
    await send("POST", `/api/v1/cameras/${encodeURIComponent(camera)}/bookmarks?${query}`, body)
  ).json()) as Bookmark;
}

export async function removeBookmark(id: string): Promise<void> {
  await send("DELETE", `/api/v1/bookmarks/${encodeURIComponent(id)}`);
}

export interface CameraNamed {
  id: string;
  name: string;
}

export async function findCameras(words: string): Promise<CameraNamed[]> {
  const query = new URLSearchParams({ q: words, limit: "12" });
  return (await read<{ cameras: CameraNamed[] }>(`/api/v1/cameras?${query}`)).cameras;
}
