/** The HTTP side of the server: one function per route, one kind of error. */
import { ask, read, send } from "./http";
import { purposed } from "./purpose";
import type { Camera, CameraChange, Hold, Info, NewCamera, ProbeReport, Session, Timeline } from "./types";

export { Refusal, socketUrl, Unreachable } from "./http";

const at = (id: string): string => `/api/v1/cameras/${encodeURIComponent(id)}`;

export async function cameras(): Promise<Camera[]> {
  return (await read<{ cameras: Camera[] }>("/api/v1/cameras")).cameras;
}

export const camera = (id: string): Promise<Camera> => read(at(id));
export const info = (): Promise<Info> => read("/api/v1/info");
export const session = (): Promise<Session> => read("/api/v1/session");

export async function signIn(name: string, password: string, code = ""): Promise<void> {
  await send("POST", "/api/v1/session", { name, password, ...(code ? { code } : {}) });
}

export async function signOut(): Promise<void> {
  await send("DELETE", "/api/v1/session");
}

export async function addCamera(body: NewCamera): Promise<Camera> {
  return (await (await send("POST", "/api/v1/cameras", body)).json()) as Camera;
}

export async function changeCamera(id: string, body: CameraChange): Promise<Camera> {
  return (await (await send("PATCH", at(id), body)).json()) as Camera;
}

export async function addDevice(name: string): Promise<Camera> {
  return (await (await send("POST", "/api/v1/cameras/own-device", { name })).json()) as Camera;
}

export async function holds(camera: string): Promise<Hold[]> {
  const query = new URLSearchParams({ camera });
  return (await read<{ holds: Hold[] }>(`/api/v1/holds?${query}`)).holds;
}

export async function addHold(camera: string, from: number, to: number, reason: string): Promise<void> {
  await send("POST", "/api/v1/holds", { camera, from: stamp(from), to: stamp(to), reason });
}

/** Lets a hold go on for as long as one lasts, from now. */
export async function extendHold(id: string): Promise<void> {
  await send("PATCH", `/api/v1/holds/${encodeURIComponent(id)}`, {});
}

export async function removeHold(id: string): Promise<void> {
  await send("DELETE", `/api/v1/holds/${encodeURIComponent(id)}`);
}

export async function removeCamera(id: string): Promise<void> {
  await send("DELETE", at(id));
}

export async function probe(url: string): Promise<ProbeReport> {
  return (await (await send("POST", "/api/v1/probe", { url })).json()) as ProbeReport;
}

export async function addFile(file: File): Promise<Camera> {
  const form = new FormData();
  form.set("name", file.name.replace(/\.[^.]+$/, ""));
  form.set("file", file);
  return (await (await ask("/api/v1/cameras/own", { method: "POST", body: form })).json()) as Camera;
}

export function timeline(id: string, from: number, to: number, signal?: AbortSignal): Promise<Timeline> {
  const query = new URLSearchParams(purposed(id, { from: stamp(from), to: stamp(to) }));
  return read(`${at(id)}/timeline?${query}`, signal);
}

/** Address of a still: the newest picture, or the one at `moment` (ms since 1970). */
export function stillUrl(id: string, width: 160 | 320 | 640 | 1280, moment?: number): string {
  const query = new URLSearchParams(purposed(id, { width: String(width) }));
  if (moment !== undefined) query.set("at", stamp(moment));
  return `${at(id)}/still.jpg?${query}`;
}

export function clipUrl(id: string, from: number, to: number): string {
  return `${at(id)}/clip.mp4?${new URLSearchParams(purposed(id, { from: stamp(from), to: stamp(to) }))}`;
}

/** A moment (ms since 1970) as the API writes it. */
export function stamp(moment: number): string {
  return new Date(Math.round(moment)).toISOString();
}
