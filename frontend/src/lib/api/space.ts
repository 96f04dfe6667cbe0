/** An area's space: what there is, how it works, and what is said of it. */
import { read, send } from "./http";
import type { Camera } from "./types";

export interface Numbers {
  total: number;
  connected: number;
  working: number;
  published: number;
}

export interface Child extends Numbers {
  code: string;
  name: string;
  level: string;
}

/** A site's internet connection; days as 2026-11-21. */
export interface SiteLink {
  site: string;
  site_name: string;
  state: "up" | "down" | "planned" | "ended";
  provider: string;
  bandwidth_mbps: number | null;
  wifi: string;
  contract_end: string | null;
  since: string | null;
}

export interface CauseCount {
  cause: string;
  cameras: number;
  /** The latest day by which they shall be mended. */
  target: string | null;
}

export interface Space {
  code: string;
  name: string;
  level: string;
  lat: number | null;
  lon: number | null;
  parents: { code: string; name: string }[];
  numbers: Numbers;
  causes: CauseCount[];
  children: Child[];
  sites: number;
  links: SiteLink[];
  /** Sites whose connection is down or has ended; `links` tells of some of them only. */
  links_down: number;
  simulated: boolean;
  /** What the person may do in this area, and the roles that they may give over it. */
  may: string[];
  gives: string[];
}

/** Cameras of an area, so many at a time; `next` goes on where `total` says that there are more. */
export interface CameraPage {
  cameras: Camera[];
  total: number;
  next: string | null;
}

export interface Report {
  id: string;
  kind: string;
  camera: string | null;
  camera_name: string | null;
  area: string;
  text: string;
  photo: boolean;
  by: string | null;
  at: string;
  state: "new" | "accepted" | "resolved" | "rejected";
  note: string;
  simulated: boolean;
}

export interface Reports {
  reports: Report[];
  before: string | null;
}

export const space = (area: string, signal?: AbortSignal): Promise<Space> =>
  read(`/api/v1/areas/${encodeURIComponent(area)}/space`, signal);

export function camerasOf(
  area: string,
  limit: number,
  more: { q?: string; after?: string } = {},
  signal?: AbortSignal,
): Promise<CameraPage> {
  const query = new URLSearchParams({ area, limit: `${limit}` });
  if (more.q) query.set("q", more.q);
  if (more.after) query.set("after", more.after);
  return read(`/api/v1/cameras?${query}`, signal);
}

export const reportsOf = (area: string, limit: number, before: string | null = null): Promise<Reports> =>
  read(`/api/v1/reports?${new URLSearchParams({ area, limit: `${limit}`, ...(before ? { before } : {}) })}`);

export async function sendReport(camera: string, kind: string, text: string): Promise<Report> {
  return (await (await send("POST", "/api/v1/reports", { camera, kind, text })).json()) as Report;
}

/** So many areas of one's own are named at most. */
const CHOICES = 30;

interface Named {
  code: string;
  name: string;
}

/** The areas with these codes, each with what lies above it; one that cannot be read is left out. */
export async function areasNamed(codes: readonly string[]): Promise<Named[]> {
  const found = await Promise.all(codes.slice(0, CHOICES).map((code) => space(code).catch(() => null)));
  return found.flatMap((one) => {
    if (!one) return [];
    const above = one.parents.map((parent) => parent.name).reverse();
    return [{ code: one.code, name: [one.name, ...above].join(", ") }];
  });
}

/** The city itself: the first area of the register for who may read that, else of what residents see. */
export async function cityAreas(registry: boolean): Promise<Named[]> {
  if (registry) {
    const { areas } = await read<{ areas: { id: string; name: string }[] }>("/api/v1/areas?limit=1");
    return areas.map(({ id, name }) => ({ code: id, name }));
  }
  const { areas } = await read<{ areas: Named[] }>("/api/v1/public/areas");
  const first = areas.reduce<Named | null>(
    (top, area) => (top === null || area.code.length < top.code.length ? area : top),
    null,
  );
  return first ? [first] : [];
}
