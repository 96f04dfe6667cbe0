/** Alarms: the inbox, what people do about them, and what agencies answer. */
import { ask, read, send } from "./http";
import { purposed } from "./purpose";

export type AlarmState = "new" | "in-progress" | "on-hold" | "closed";
export type Verdict = "confirmed" | "rejected" | "none";
export type ViewChoice = "accept" | "false-alarm" | "compare" | "keep-out";
export type Outcome = "handled" | "nothing-there" | "passed-on";

export interface Eye {
  id: string;
  version: string;
}

export interface Picture {
  url: string;
  at: string;
  /** Left, top, right, bottom in 0..1. */
  xyxy: [number, number, number, number] | null;
}

/** What was seen, and where. */
export interface Cause {
  camera: string;
  camera_name: string | null;
  site_name: string | null;
  area: string;
  area_name: string;
  lat: number | null;
  lon: number | null;
  analytic: string;
  zone: string;
  key: string;
  eye: Eye | null;
  label: string | null;
  level: number | null;
  priority: number;
  begun: string;
  over: string | null;
  pictures: Picture[];
  detail: Record<string, number | string>;
}

export interface Alarm extends Cause {
  id: string;
  state: AlarmState;
  attention: string;
  owner: string | null;
  verdict: Verdict | null;
  judged_by: string | null;
  held_until: string | null;
  raised: string;
  signed: string;
  closed: string | null;
  times: number;
  more: number;
  view: string;
}

export interface Entry {
  at: string;
  by: string;
  what: string;
  subject: string;
  note: string;
}

export interface Dispatch {
  id: string;
  alarm: string;
  agency: string;
  agency_name: string;
  state: string;
  by: string;
  note: string;
  offered: string;
  due: string | null;
  person: string | null;
  accepted: string | null;
  arrived: string | null;
  ended: string | null;
  outcome: Outcome | null;
  answer: string;
  /** Address of the photo of what the agency found. */
  photo: string | null;
}

export interface Accuracy {
  analytic: string;
  camera: string | null;
  eye: Eye | null;
  alarms: number;
  confirmed: number;
  rejected: number;
  share: number | null;
}

export interface AlarmWhole extends Alarm {
  dispatches: Dispatch[];
  log: Entry[];
  accuracy: Accuracy | null;
  instructions: string | null;
  quarantined: boolean;
  may: string[];
}

export interface Inbox {
  alarms: Alarm[];
  counts: Record<string, number>;
  open_cameras: string[];
  next: string | null;
}

export type Duty = Dispatch & Cause & { instructions: string | null };

export interface Agency {
  id: string;
  name: string;
}

const at = (id: string): string => `/api/v1/alarms/${encodeURIComponent(id)}`;
const handed = (id: string): string => `/api/v1/dispatches/${encodeURIComponent(id)}`;

async function post<T>(path: string, body?: unknown): Promise<T> {
  return (await (await send("POST", path, body)).json()) as T;
}

export function inbox(query: Record<string, string>, signal?: AbortSignal): Promise<Inbox> {
  return read(`/api/v1/alarms?${new URLSearchParams(query)}`, signal);
}

export const alarm = (id: string): Promise<AlarmWhole> => read(at(id));
export const take = (id: string, over: boolean): Promise<AlarmWhole> => post(`${at(id)}/take`, { over });
export const reopen = (id: string): Promise<AlarmWhole> => post(`${at(id)}/reopen`, {});

export const hold = (id: string, until: number, note: string): Promise<AlarmWhole> =>
  post(`${at(id)}/hold`, { until: new Date(until).toISOString(), note });

export const close = (id: string, verdict: Verdict, note: string): Promise<AlarmWhole> =>
  post(`${at(id)}/close`, { verdict, note });

export const judge = (id: string, verdict: Verdict): Promise<AlarmWhole> =>
  post(`${at(id)}/verdict`, { verdict });

export const decideView = (id: string, choice: ViewChoice, note: string): Promise<AlarmWhole> =>
  post(`${at(id)}/view`, { choice, note });

export const dispatch = (id: string, agency: string, note: string): Promise<Dispatch> =>
  post(`${at(id)}/dispatches`, { agency, note });

export async function takeBack(id: string): Promise<void> {
  await send("DELETE", handed(id));
}

export async function agencies(): Promise<Agency[]> {
  return (await read<{ agencies: Agency[] }>("/api/v1/duty/agencies")).agencies;
}

export async function duties(): Promise<Duty[]> {
  return (await read<{ duties: Duty[] }>("/api/v1/duty")).duties;
}

export const accept = (id: string): Promise<Duty> => post(`${handed(id)}/accept`);
export const decline = (id: string, reason: string): Promise<Duty> =>
  post(`${handed(id)}/decline`, { reason });
export const arrive = (id: string): Promise<Duty> => post(`${handed(id)}/on-scene`);
export async function photograph(id: string, jpeg: Blob): Promise<Duty> {
  return (await (await ask(`${handed(id)}/photo.jpg`, { method: "PUT", body: jpeg })).json()) as Duty;
}

export const done = (id: string, outcome: Outcome, note: string): Promise<Duty> =>
  post(`${handed(id)}/done`, { outcome, note });

/** The address of an alarm's picture, with what it is looked at for. */
export function pictureUrl(camera: string, picture: Picture): string {
  const query = new URLSearchParams(purposed(camera, {})).toString();
  return query ? `${picture.url}?${query}` : picture.url;
}
