/** Footage that is still at a camera's recorder. */
import { stamp } from "./client";
import { ask, read, send } from "./http";
import { purposed } from "./purpose";

export interface Fetch {
  id: string;
  camera: string;
  from: string;
  to: string;
  when: "now" | "night";
  state: "waiting" | "fetching" | "done" | "failed" | "cancelled";
  progress: number;
  fetching: { from: string; to: string } | null;
  missing: { from: string; to: string }[];
  next: string | null;
  problem: string;
  mend: string;
}

export interface SiteFootage {
  how: string;
  exact: boolean;
  clock_offset_s: number | null;
  at_site: { from: string; to: string }[];
  fetches: Fetch[];
}

const camera = (id: string): string => `/api/v1/cameras/${encodeURIComponent(id)}`;

export async function siteFootage(id: string, from: number, to: number): Promise<SiteFootage> {
  const query = new URLSearchParams(purposed(id, { from: stamp(from), to: stamp(to) }));
  return read<SiteFootage>(`${camera(id)}/site-footage?${query}`);
}

export async function fetches(id: string): Promise<Fetch[]> {
  const query = new URLSearchParams({ camera: id });
  return (await read<{ fetches: Fetch[] }>(`/api/v1/fetches?${query}`)).fetches;
}

/** Orders a stretch; `mbps` is the most of the site's line, 0 for all of it. */
export async function fetchStretch(
  id: string,
  { from, to, when, mbps }: { from: number; to: number; when: Fetch["when"]; mbps: number },
): Promise<Fetch> {
  const body = { from: stamp(from), to: stamp(to), when, mbps };
  return (await (await send("POST", `${camera(id)}/fetches`, body)).json()) as Fetch;
}

export async function stopFetch(id: string): Promise<void> {
  await send("DELETE", `/api/v1/fetches/${encodeURIComponent(id)}`);
}

/** Brings a file in; `from` is its first moment by the recorder's clock, which was `offset` ms ahead. */
export async function bringFile(
  id: string,
  { file, from, offset }: { file: File; from: number; offset: number },
): Promise<{ from: string; to: string }> {
  const query = new URLSearchParams({ camera: id, from: stamp(from), offset_s: String(offset / 1000) });
  const headers = { "content-type": "application/octet-stream" };
  const answer = await ask(`/media/_footage?${query}`, { method: "POST", headers, body: file });
  return (await answer.json()) as { from: string; to: string };
}
