/** Sealed exports: footage as it was recorded, signed by the city. */
import { stamp } from "./client";
import { read, send } from "./http";
import { purposed } from "./purpose";

export interface SealedExport {
  id: string;
  camera: string;
  from: string;
  to: string;
  case: string;
  purpose: string;
  by: string;
  at: string;
  until: string;
  state: "making" | "ready" | "failed" | "removed" | "expired";
  progress: number;
  problem: string;
  mend: string;
  bytes: number;
  sha256: string;
  gaps: number;
  altered: number;
  files: { name: string; url: string }[];
  archive: string | null;
}

export interface Wanted {
  camera: string;
  from: number;
  to: number;
  purpose: string;
  number: string;
}

const AT = "/api/v1/exports";

export async function sealedOf(camera: string): Promise<SealedExport[]> {
  const query = new URLSearchParams(purposed(camera, { camera }));
  return (await read<{ exports: SealedExport[] }>(`${AT}?${query}`)).exports;
}

export async function seal(wanted: Wanted): Promise<SealedExport> {
  const { camera, purpose, number } = wanted;
  const body = { camera, from: stamp(wanted.from), to: stamp(wanted.to), purpose, case: number };
  return (await (await send("POST", AT, body)).json()) as SealedExport;
}

export async function sealedNow(id: string, signal?: AbortSignal): Promise<SealedExport> {
  return read<SealedExport>(`${AT}/${encodeURIComponent(id)}`, signal);
}

export async function removeSealed(id: string): Promise<void> {
  await send("DELETE", `${AT}/${encodeURIComponent(id)}`);
}

/** The address of a file, with what it is for: some may fetch only when they say it. */
export function fileUrl(one: SealedExport, url: string): string {
  return one.purpose ? `${url}?${new URLSearchParams({ purpose: one.purpose })}` : url;
}
