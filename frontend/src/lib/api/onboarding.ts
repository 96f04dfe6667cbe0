/** Looking for recorders and cameras, and adding what was found. */
import { read, send } from "./http";

export interface FoundDevice {
  address: string;
  name: string;
  hardware: string;
  onvif: boolean;
  rtsp: boolean;
  /** Cameras of that host are registered already. */
  known: boolean;
}

export interface FoundChannel {
  number: number;
  name: string;
  url: string;
  sub_url: string | null;
  codec: string | null;
  width: number | null;
  height: number | null;
  still: string | null;
  problem: string | null;
  /** The camera that is registered under this address. */
  camera: string | null;
}

export interface FoundRecorder {
  address: string;
  how: "onvif" | "hikvision" | "dahua";
  brand: string;
  model: string;
  serial: string;
  firmware: string;
  clock_offset_s: number | null;
  channels: FoundChannel[];
  notes: string[];
}

export interface DeviceJob {
  job: string;
  state: "running" | "done" | "failed" | "cancelled";
  done: number;
  total: number;
  devices: FoundDevice[];
  recorder: FoundRecorder | null;
  problem: string | null;
  mend: string | null;
}

export interface NewSite {
  id: string;
  name?: string;
  kind?: string;
  area?: string;
  lat?: number;
  lon?: number;
}

export interface NewChannel {
  number: number;
  id: string;
  name: string;
  record: boolean;
}

export interface Added {
  site: string;
  recorder: string | null;
  cameras: string[];
}

async function begin(what: string, body: unknown): Promise<DeviceJob> {
  return (await (await send("POST", `/api/v1/onboarding/${what}`, body)).json()) as DeviceJob;
}

export const search = (): Promise<DeviceJob> => begin("search", {});
export const sweep = (range: string): Promise<DeviceJob> => begin("range", { range });
export const visit = (address: string, username: string, password: string): Promise<DeviceJob> =>
  begin("recorder", { address, username, password });

export const job = (id: string): Promise<DeviceJob> => read(`/api/v1/onboarding/jobs/${id}`);

export async function endJob(id: string): Promise<void> {
  await send("DELETE", `/api/v1/onboarding/jobs/${id}`);
}

export async function add(
  id: string,
  site: NewSite,
  recorder: string | null,
  channels: NewChannel[],
): Promise<Added> {
  const body = { job: id, site, recorder, channels };
  return (await (await send("POST", "/api/v1/onboarding/add", body)).json()) as Added;
}

export interface Area {
  id: string;
  name: string;
  lat: number | null;
  lon: number | null;
}

export interface Site {
  id: string;
  name: string;
  kind: string;
  area: string;
  lat: number | null;
  lon: number | null;
}

async function areasOf(level: "kelurahan" | "kecamatan"): Promise<Area[]> {
  const query = new URLSearchParams({ level, limit: "1000" });
  return (await read<{ areas: Area[] }>(`/api/v1/areas?${query}`)).areas;
}

export const kelurahan = (): Promise<Area[]> => areasOf("kelurahan");
export const kecamatan = (): Promise<Area[]> => areasOf("kecamatan");

export async function sites(q: string, signal?: AbortSignal): Promise<Site[]> {
  const query = new URLSearchParams({ q, limit: "12" });
  return (await read<{ sites: Site[] }>(`/api/v1/sites?${query}`, signal)).sites;
}
