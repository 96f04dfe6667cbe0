/** Footage that courts have ordered to be deleted: one person brings the order, another has it done. */
import { stamp } from "./client";
import { read, send } from "./http";

export type DeletionState = "asked" | "approved" | "done" | "failed" | "refused";

export interface Deletion {
  id: string;
  camera: string;
  from: string;
  to: string;
  order: string;
  why: string;
  cases: string[];
  by: string;
  at: string;
  state: DeletionState;
  decided_by: string | null;
  decided: string | null;
  note: string;
  problem: string;
  mend: string;
  done: string | null;
  segments: number;
  bytes: number;
  ended: string[];
}

export interface NewDeletion {
  camera: string;
  from: number;
  to: number;
  order: string;
  why: string;
  cases: string[];
}

const AT = "/api/v1/deletions";

export async function deletionsOf(camera: string): Promise<Deletion[]> {
  return (await read<{ deletions: Deletion[] }>(`${AT}?${new URLSearchParams({ camera })}`)).deletions;
}

export async function bringOrder(given: NewDeletion): Promise<void> {
  await send("POST", AT, { ...given, from: stamp(given.from), to: stamp(given.to) });
}

export async function decideDeletion(id: string, what: "approve" | "refuse"): Promise<void> {
  await send("POST", `${AT}/${encodeURIComponent(id)}/${what}`, {});
}
