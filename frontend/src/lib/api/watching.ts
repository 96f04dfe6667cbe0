/** What a camera is looked at for, what was counted and measured there, and what is seen of it now. */
import { purposed } from "./purpose";
import { read, send } from "./http";

type At = [number, number];

/** A rule of an analytic: its fields are the analytic's own. */
export type Rule = Record<string, unknown>;

export interface Document {
  tier?: string;
  eye?: string;
  lines?: { name: string; start: At; end: At; forward?: string | null; backward?: string | null }[];
  zones?: { name: string; points: At[] }[];
  ground?: { picture: At[]; metres: At[] } | null;
  [analytic: string]: unknown;
}

export interface EyeName {
  id: string;
  version: string;
}

export interface Count {
  at: string;
  line: string;
  direction: string;
  label: string;
  count: number;
  speed_kmh: number | null;
  eye: EyeName | null;
}

export interface Gap {
  from: string;
  to: string;
  cause: string;
  lasts: boolean;
  problem: string;
}

export interface Counts {
  timezone: string;
  counts: Count[];
  gaps: Gap[];
}

/** What a measure was within a step. */
export interface Measure {
  at: string;
  analytic: string;
  zone: string;
  name: string;
  unit: string;
  mean: number;
  least: number;
  most: number;
  eye: EyeName | null;
}

export interface Measures {
  measures: Measure[];
  gaps: Gap[];
}

/** How right the alarms of an analytic were, by what people said of them. */
export interface Accuracy {
  analytic: string;
  eye: EyeName | null;
  alarms: number;
  confirmed: number;
  rejected: number;
  /** Confirmed of those with a verdict; null where nobody has judged: not measured. */
  share: number | null;
}

export interface OpenCounts {
  at: string;
  timezone: string;
  counts: (Count & { camera: string })[];
}

export interface Box {
  track: number;
  label: string;
  /** Left, top, right, bottom, in 0..1 of the view. */
  xyxy: [number, number, number, number];
  hidden: boolean;
  speed_kmh: number | null;
}

export interface Sight {
  at: string;
  eye: EyeName;
  boxes: Box[];
  passed: [line: string, direction: string, label: string][];
}

/** An analytic that there is, with the fields of its rules as a JSON schema. */
export interface Analytic {
  name: string;
  schema: Record<string, unknown>;
  needs_model: boolean;
  /** Fields of its rules that name models, beside the camera's eye. */
  models?: string[];
}

export type Step = "minute" | "hour" | "day";

const at = (id: string): string => `/api/v1/cameras/${encodeURIComponent(id)}`;
const stamp = (moment: number): string => new Date(moment).toISOString();

export async function watching(id: string, signal?: AbortSignal): Promise<Document | null> {
  return (await read<{ watching: Document | null }>(`${at(id)}/watching`, signal)).watching;
}

/** Say what a camera is looked at for; null for what every camera is. */
export async function putWatching(id: string, document: Document | null): Promise<Document | null> {
  const answer = await send("PUT", `${at(id)}/watching`, document ?? undefined);
  return ((await answer.json()) as { watching: Document | null }).watching;
}

export async function analytics(): Promise<Analytic[]> {
  return (await read<{ analytics: Analytic[] }>("/api/v1/analytics")).analytics;
}

const asked = (id: string, from: number, to: number, step: Step, format: string): string =>
  new URLSearchParams(purposed(id, { from: stamp(from), to: stamp(to), step, format })).toString();

export const counts = (
  id: string,
  from: number,
  to: number,
  step: Step,
  signal?: AbortSignal,
): Promise<Counts> => read(`${at(id)}/counts?${asked(id, from, to, step, "json")}`, signal);

/** Address of the same as a table. */
export const countsTable = (id: string, from: number, to: number, step: Step): string =>
  `${at(id)}/counts?${asked(id, from, to, step, "csv")}`;

export const measures = (
  id: string,
  from: number,
  to: number,
  step: Step,
  signal?: AbortSignal,
): Promise<Measures> => read(`${at(id)}/measures?${asked(id, from, to, step, "json")}`, signal);

/** Address of the same as a table. */
export const measuresTable = (id: string, from: number, to: number, step: Step): string =>
  `${at(id)}/measures?${asked(id, from, to, step, "csv")}`;

export async function accuracy(camera: string, signal?: AbortSignal): Promise<Accuracy[]> {
  const query = new URLSearchParams({ camera });
  return (await read<{ accuracy: Accuracy[] }>(`/api/v1/accuracy?${query}`, signal)).accuracy;
}

export const openCounts = (id: string, signal?: AbortSignal): Promise<OpenCounts> =>
  read(`/api/v1/public/counts?${new URLSearchParams({ camera: id })}`, signal);

/** Follow what is seen of a camera, picture by picture; returns how to stop. */
export function followSight(id: string, onSight: (sight: Sight) => void): () => void {
  const query = new URLSearchParams(purposed(id, {})).toString();
  const source = new EventSource(`${at(id)}/sight${query ? `?${query}` : ""}`);
  source.addEventListener("sight", (event: MessageEvent<string>) => onSight(JSON.parse(event.data) as Sight));
  return () => source.close();
}
