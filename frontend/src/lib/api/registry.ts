/** The registry: areas, sites, recorders, agencies, partners and cameras as the office works with them. */
import { read, send } from "./http";
import type { Camera } from "./types";

/** Registers that are read, put and removed alike. */
export type Register = "areas" | "sites" | "recorders" | "agencies" | "partners";

/** A document of a register: what the forms edit, by the names of the API. */
export type Doc = Record<string, unknown>;
export type Entity = Doc & { id: string };

export interface Page<T> {
  found: T[];
  total: number;
  next: string | null;
}

export type Asked = Record<string, string>;

export interface Change {
  at: string;
  by: string;
  action: "added" | "changed" | "removed";
  before: Doc | null;
  after: Doc | null;
}

export interface Decision {
  id: string;
  camera: string | null;
  area: string;
  kind: string | null;
  mode: string;
  hours: { weekdays: number[]; from: string; to: string }[];
  delay_s: number;
  by: string;
  reason: string;
  at: string;
}

export type Mask = [number, number][];

/** Where a camera stands in the city. */
export interface Standing {
  camera: string;
  name: string;
  area: string;
  kind: string | null;
  site_name: string | null;
  spot: Doc & { site: string | null; recorder: string | null; lat: number | null; lon: number | null };
  papers: Doc;
  trouble: { cause: string; since: string; target: string | null; note: string } | null;
  masks: Mask[];
  quarantine: { reason: string; since: string; by: string } | null;
  publication: { mode: string; quarantined: boolean; decision: Decision | null };
}

/** A camera with its addresses (masked) and what the person may do to it. */
export type WholeCamera = Camera & {
  sub_url?: string | null;
  snapshot_url?: string | null;
  may?: string[];
};

const at = (register: string, id: string): string => `/api/v1/${register}/${encodeURIComponent(id)}`;
const query = (asked: Asked): string =>
  new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== "")).toString();

async function page<T>(register: string, asked: Asked, signal?: AbortSignal): Promise<Page<T>> {
  const answer = await read<Doc>(`/api/v1/${register}?${query(asked)}`, signal);
  return {
    found: answer[register] as T[],
    total: answer["total"] as number,
    next: answer["next"] as string | null,
  };
}

export const entities = (register: Register, asked: Asked, signal?: AbortSignal): Promise<Page<Entity>> =>
  page(register, asked, signal);
export const cameraPage = (asked: Asked, signal?: AbortSignal): Promise<Page<WholeCamera>> =>
  page("cameras", asked, signal);

export const entity = (register: Register, id: string, signal?: AbortSignal): Promise<Entity> =>
  read(at(register, id), signal);

export async function put(register: Register, document: Entity): Promise<Entity> {
  return (await (await send("PUT", at(register, document.id), document)).json()) as Entity;
}

export async function remove(register: Register | "cameras", id: string): Promise<void> {
  await send("DELETE", at(register, id));
}

export async function changes(register: string, id: string): Promise<Change[]> {
  return (await read<{ changes: Change[] }>(`${at(register, id)}/history`)).changes;
}

export const wholeCamera = (id: string, signal?: AbortSignal): Promise<WholeCamera> =>
  read(at("cameras", id), signal);
export const standing = (id: string, signal?: AbortSignal): Promise<Standing> =>
  read(`${at("cameras", id)}/standing`, signal);

async function alter(method: string, path: string, body?: unknown): Promise<Standing> {
  return (await (await send(method, path, body)).json()) as Standing;
}

export const putPlace = (id: string, given: { spot?: Doc; papers?: Doc }): Promise<Standing> =>
  alter("PUT", `${at("cameras", id)}/place`, given);
export const putTrouble = (id: string, trouble: Doc): Promise<Standing> =>
  alter("PUT", `${at("cameras", id)}/trouble`, trouble);
export const endTrouble = (id: string): Promise<Standing> => alter("DELETE", `${at("cameras", id)}/trouble`);
export const putMasks = (id: string, masks: Mask[]): Promise<Standing> =>
  alter("PUT", `${at("cameras", id)}/masks`, { masks });
export const withdraw = (id: string, reason: string): Promise<Standing> =>
  alter("PUT", `${at("cameras", id)}/quarantine`, { reason });
export const release = (id: string): Promise<Standing> => alter("DELETE", `${at("cameras", id)}/quarantine`);

export async function addCamera(document: Doc): Promise<WholeCamera> {
  return (await (await send("POST", "/api/v1/cameras", document)).json()) as WholeCamera;
}

export async function changeCamera(id: string, document: Doc): Promise<WholeCamera> {
  return (await (await send("PATCH", at("cameras", id), document)).json()) as WholeCamera;
}

export const poleCode = (id: string): string => `${at("cameras", id)}/qr.svg`;
