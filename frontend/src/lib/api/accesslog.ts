/** The access log: who looked at what, for those who may read it. */
import { read } from "./http";

export interface Look {
  number: number;
  who: string;
  erased: boolean;
  action: string;
  camera: string | null;
  area: string | null;
  subject: string | null;
  purpose: string;
  from: string | null;
  to: string | null;
  started: string;
  ended: string | null;
  remote: string;
  allowed: boolean;
  reason: string;
  /** What is known now: their name as people write it, what they are there, what the camera is called. */
  display: string;
  role: string | null;
  camera_name: string | null;
}

export interface Looks {
  entries: Look[];
  before: number | null;
  /** The whole city is theirs to read: heads are, too. */
  whole: boolean;
  /** A node has seen another history than the one that the log shows now. */
  disputed: boolean;
}

/** Which entries; what is left out asks for all. Moments are RFC 3339. */
export interface Wanted {
  area?: string;
  camera?: string;
  who?: string;
  action?: readonly string[];
  from?: string;
  to?: string;
}

export interface Head {
  size: number;
  root: string;
  time: string;
  key: string;
  signature: string;
}

/** What a node has seen of the log's heads. */
export interface Witness {
  node: string;
  /** Entries under the newest head that it accepted, and when that was signed. */
  size: number | null;
  time: string | null;
  heard: string;
  /** Why it refuses the newest head; null where it does not. */
  problem: string | null;
  refused: number;
  refused_at: string | null;
}

const BASE = "/api/v1/accesslog";

export function queryOf(wanted: Wanted, more: Record<string, string> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted) as [string, string | readonly string[] | undefined][])
    for (const one of typeof value === "string" ? [value] : (value ?? [])) if (one) query.append(name, one);
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  const text = query.toString();
  return text && `?${text}`;
}

export const looks = (
  wanted: Wanted,
  before: number | null,
  limit = 50,
  signal?: AbortSignal,
): Promise<Looks> =>
  read(
    BASE + queryOf(wanted, { limit: `${limit}`, ...(before === null ? {} : { before: `${before}` }) }),
    signal,
  );

export const exportAddress = (wanted: Wanted, format: "csv" | "jsonl"): string =>
  `${BASE}/export${queryOf(wanted, { format })}`;

/** A head over everything until now; only who answers for the whole city gets one. */
export const head = (): Promise<Head> => read(`${BASE}/head`);

/** What every node says; for the same people. */
export const witnesses = async (): Promise<Witness[]> =>
  (await read<{ witnesses: Witness[] }>(`${BASE}/witnesses`)).witnesses;
