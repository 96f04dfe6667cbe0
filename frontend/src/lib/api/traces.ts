/** A case's boards: the way of one vehicle or person, put together picture by picture. */
import type { OnwardCamera } from "./finding";
import { read, send } from "./http";

export type LinkState = "proposed" | "confirmed" | "rejected";
export type TraceKind = "vehicle" | "person";
export type Box = readonly [number, number, number, number];

export interface TracePoint {
  id: string;
  camera: string;
  camera_name: string;
  lat: number | null;
  lon: number | null;
  at: string;
  label: string;
  colour: string;
  plate: string;
  /** Null for who may not see that footage. */
  picture: string | null;
  xyxy: Box | null;
  note: string;
  by: string;
  added: string;
}

export interface TraceLink {
  from: string;
  to: string;
  state: LinkState;
  /** Who said so; null: nobody yet. */
  by: string | null;
  at: string | null;
  note: string;
  distance_m: number | null;
  seconds: number;
  kmh: number | null;
  likeness: number | null;
}

export interface Trace {
  id: string;
  title: string;
  kind: TraceKind;
  by: string;
  at: string;
  may_change: boolean;
  points: TracePoint[];
  links: TraceLink[];
}

/** What is put on a board: what an examination found, what a camera's eye saw, or a moment. */
export type NewPoint = { note?: string } & (
  { examination: string; n: number } | { camera: string; seen: number } | { camera: string; at: string }
);

/** A camera along the way, and when what is traced likely passed it. */
export interface Window extends OnwardCamera {
  from: string;
  to: string;
  in_case: boolean;
}

export type Hint = "plate" | "plate-near" | "likeness" | "colour" | "label" | "time";

export interface CouldBe {
  examination: string;
  n: number;
  camera: string;
  camera_name: string;
  at: string;
  label: string;
  colour: string;
  plate: string;
  likeness: number | null;
  picture: string;
  score: number;
  why: Hint[];
}

export interface Next {
  point: string;
  placed: boolean;
  cameras: Window[];
  found: CouldBe[];
}

const at = (number: string, what = ""): string => `/api/v1/cases/${encodeURIComponent(number)}/traces${what}`;
const answered = async (answer: Promise<Response>): Promise<Trace> => (await (await answer).json()) as Trace;

export const tracesOf = (number: string, signal?: AbortSignal): Promise<{ may: boolean; traces: Trace[] }> =>
  read(at(number), signal);

export const beginTrace = (number: string, title: string, kind: TraceKind): Promise<Trace> =>
  answered(send("POST", at(number), { title, kind }));

export async function deleteTrace(number: string, trace: string): Promise<void> {
  await send("DELETE", at(number, `/${trace}`));
}

export const addPoint = (number: string, trace: string, point: NewPoint): Promise<Trace> =>
  answered(send("POST", at(number, `/${trace}/points`), point));

export const removePoint = (number: string, trace: string, point: string): Promise<Trace> =>
  answered(send("DELETE", at(number, `/${trace}/points/${point}`)));

export const sayOfLink = (
  number: string,
  trace: string,
  link: { from: string; to: string },
  state: LinkState,
  note: string,
): Promise<Trace> =>
  answered(send("PUT", at(number, `/${trace}/links/${link.from}/${link.to}`), { state, note }));

export const nextFrom = (number: string, trace: string, point: string, signal?: AbortSignal): Promise<Next> =>
  read(`${at(number, `/${trace}/next`)}?${new URLSearchParams({ point })}`, signal);
