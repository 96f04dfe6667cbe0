/** What everybody may ask: no account, no token, and cacheable. */
import { ask, read } from "./http";
import type { Hours } from "./types";

export type Mode = "stills" | "stills-without-people" | "live" | "live-in-hours" | "delayed";
export type Working = "working" | "broken" | "unknown";

export interface PublicCamera {
  id: string;
  name: string;
  /** Kind of its site; null where it hangs at none. */
  kind: string | null;
  area: string | null;
  area_name: string;
  lat: number | null;
  lon: number | null;
  bearing: number | null;
  agency: string | null;
  mode: Mode;
  hours: Hours[];
  delay_s: number;
  /** Parts of its view are painted over. */
  masked: boolean;
  state: Working;
  simulated: boolean;
  /** Whether live may be asked for at this moment. */
  live: boolean;
  still: string;
}

export interface PublicSite {
  id: string;
  name: string;
  address: string;
}

export interface Neighbour extends PublicCamera {
  distance_m: number;
}

export interface PublicCameraWhole extends PublicCamera {
  site: PublicSite | null;
  agency_name: string | null;
  purpose: string;
  around: Neighbour[];
}

export interface Page {
  cameras: PublicCamera[];
  total: number;
  next: string | null;
}

/** What a resident is told of a report: its number, and what became of it. */
export interface Receipt {
  receipt: string;
  state: "new" | "accepted" | "resolved" | "rejected";
  note: string;
  at: string;
}

/** A report whose text a moderator has let be shown. */
export interface PublicReport {
  kind: string;
  text: string;
  state: Receipt["state"];
  note: string;
  at: string;
}

export interface WifiPoint {
  name: string;
  lat: number;
  lon: number;
  area: string;
  working: boolean;
}

export type Query = Partial<Record<"area" | "kind" | "agency" | "near" | "site" | "q" | "limit", string>>;

const REPORTS = "/api/v1/public/reports";

/** One published camera; `fresh`: past what a cache may still know. */
export async function publicCamera(id: string, fresh = false): Promise<PublicCameraWhole> {
  const path = `/api/v1/public/cameras/${encodeURIComponent(id)}`;
  return (await (await ask(path, { cache: fresh ? "no-cache" : "default" })).json()) as PublicCameraWhole;
}

export const publicCameras = (query: Query, signal?: AbortSignal): Promise<Page> =>
  read(`/api/v1/public/cameras?${new URLSearchParams(query)}`, signal);

export const cityMap = (): Promise<unknown> => read("/api/v1/public/map");
export const baseMap = (): Promise<unknown> => read("/api/v1/public/basemap");

export async function sendReport(form: FormData, signal?: AbortSignal): Promise<Receipt> {
  return (await (await ask(REPORTS, { method: "POST", body: form, signal })).json()) as Receipt;
}

export const receiptOf = (number: string): Promise<Receipt> =>
  read(`${REPORTS}/${encodeURIComponent(number)}`);

export async function reportsOf(camera: string): Promise<PublicReport[]> {
  const path = `/api/v1/public/cameras/${encodeURIComponent(camera)}/reports`;
  return (await read<{ reports: PublicReport[] }>(path)).reports;
}

export async function wifi(): Promise<WifiPoint[]> {
  return (await read<{ points: WifiPoint[] }>("/api/v1/public/wifi")).points;
}

/** Where a published camera's media is. */
export const publicMedia = (id: string): string => `/media/public/${encodeURIComponent(id)}`;

/** Address of a published still, about `width` px wide. */
export function publicStill(id: string, width: 160 | 320 | 640 | 1280): string {
  return `${publicMedia(id)}/still.jpg?width=${width}`;
}

/** What time the server has, ms since 1970, as near as a header tells; this device's own where none does. */
export async function serverTime(id: string): Promise<number> {
  const answer = await fetch(publicStill(id, 160), { cache: "no-store" });
  const said = Date.parse(answer.headers.get("date") ?? "");
  return Number.isNaN(said) ? Date.now() : said;
}
