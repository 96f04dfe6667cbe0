/** Publication: decisions, what they would change, and what is withdrawn. */
import { read, send } from "./http";
import type { Change, Decision } from "./registry";
import type { Hours } from "./types";

/** What a decision is about: one camera, or a kind of site (null: every) in an area and below. */
export interface Subject {
  camera: string | null;
  area: string | null;
  kind: string | null;
}

export interface Wish {
  mode: string;
  hours: Hours[];
  delay_s: number;
}

export interface Preview {
  cameras: number;
  changed: number;
  before: Record<string, number>;
  after: Record<string, number>;
  unconnected: number;
  quarantined: number;
  unrecorded: number;
  examples: string[];
}

export interface Withdrawn {
  camera: string;
  name: string;
  area: string;
  area_name: string;
  site_name: string | null;
  masks: number;
  reason: string;
  since: string;
  by: string;
}

const PATH = "/api/v1/publication";

export async function decisions(): Promise<Decision[]> {
  return (await read<{ decisions: Decision[] }>(PATH)).decisions;
}

function about({ camera, area, kind }: Subject): Record<string, string> {
  return { ...(camera ? { camera } : { area: area ?? "" }), ...(kind && !camera ? { kind } : {}) };
}

function wished({ mode, hours, delay_s }: Wish): Record<string, unknown> {
  return {
    mode,
    ...(mode === "live-in-hours" ? { hours } : {}),
    ...(mode === "delayed" ? { delay_s } : {}),
  };
}

export async function decide(subject: Subject, wish: Wish, reason: string): Promise<Decision> {
  const body = { ...about(subject), ...wished(wish), reason };
  return (await (await send("POST", PATH, body)).json()) as Decision;
}

/** What a decision would change; without a wish, what taking it back would. */
export async function preview(subject: Subject, wish: Wish | null): Promise<Preview> {
  const body = { ...about(subject), ...(wish ? wished(wish) : {}) };
  return (await (await send("POST", `${PATH}/preview`, body)).json()) as Preview;
}

export async function takeBack(id: string): Promise<void> {
  await send("DELETE", `${PATH}/${encodeURIComponent(id)}`);
}

export async function decidedBefore(id: string): Promise<Change[]> {
  return (await read<{ changes: Change[] }>(`${PATH}/${encodeURIComponent(id)}/history`)).changes;
}

export async function withdrawnCameras(area: string): Promise<Withdrawn[]> {
  const query = area ? `?${new URLSearchParams({ area })}` : "";
  return (await read<{ cameras: Withdrawn[] }>(`/api/v1/quarantine${query}`)).cameras;
}
