/** Import and export of the register. */
import { ask, read, send } from "./http";

export type ImportKind = "cameras" | "areas";

export interface Finding {
  line: number;
  column: string;
  value: string;
  reason: string;
  mend: string;
}

export interface Difference {
  field: string;
  before: string;
  after: string;
}

export interface Item {
  kind: "camera" | "site" | "recorder" | "area";
  id: string;
  name: string;
  /** 0 where several lines ask for it. */
  line: number;
  differences: Difference[];
}

export interface Counts {
  lines: number;
  new: number;
  changed: number;
  unchanged: number;
  refused: number;
  told: number;
}

export interface Import {
  id: string;
  kind: ImportKind;
  file: string;
  state: "reading" | "ready" | "failed" | "writing" | "done";
  lines: number;
  problem: string | null;
  mend: string | null;
  counts: Counts | null;
  new: Item[];
  changed: Item[];
  refused: Finding[];
  told: Finding[];
  stopped: boolean;
}

export async function sendFile(kind: ImportKind, file: File): Promise<Import> {
  const form = new FormData();
  form.set("file", file);
  return (await (await ask(`/api/v1/import/${kind}`, { method: "POST", body: form })).json()) as Import;
}

export const importOf = (id: string): Promise<Import> => read(`/api/v1/import/${id}?wait=1`);

export async function commit(id: string, partial: boolean): Promise<Import> {
  return (await (await send("POST", `/api/v1/import/${id}/commit`, { partial })).json()) as Import;
}

export async function drop(id: string): Promise<void> {
  await send("DELETE", `/api/v1/import/${id}`);
}

export const templateUrl = (kind: "xlsx" | "csv", language: string): string =>
  `/api/v1/import/template.${kind}?lang=${language}`;

export const exportUrl = (kind: "xlsx" | "csv" | "geojson", language: string): string =>
  `/api/v1/export/cameras.${kind}?lang=${language}`;
