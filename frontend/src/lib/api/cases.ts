/** Cases: what is asked for as evidence, what was decided, and the chain of custody. */
import { stamp } from "./client";
import { read, send } from "./http";
import type { SealedExport } from "./exports";

export type CaseState = "requested" | "approved" | "refused" | "withdrawn" | "closed";
export type Asker = "member" | "officer" | "police" | "investigator";
export type CaseAct =
  | "approve"
  | "refuse"
  | "withdraw"
  | "letter"
  | "export"
  | "hand-over"
  | "extend"
  | "close"
  | "reopen"
  | "seen";

export interface CaseStretch {
  camera: string;
  name: string;
  area: string;
  from: string;
  to: string;
  hold: string;
  held: string | null;
  problem: string;
}

export interface Case {
  number: string;
  title: string;
  asker: Asker;
  by: string;
  name: string;
  organisation: string;
  state: CaseState;
  policy: string | null;
  unseen: boolean;
  asked: string;
  decided: string | null;
  decided_by: string | null;
  delivered: string | null;
  closed: string | null;
  until: string;
  ends_soon: boolean;
  footage: CaseStretch[];
}

export interface Custody {
  at: string;
  by: string;
  what: string;
  subject: string;
  sha256: string;
  note: string;
}

export interface WholeCase extends Case {
  why: string;
  letter: string;
  basis: string;
  happened: string | null;
  decision: string;
  custody: Custody[];
  may: CaseAct[];
}

export interface NewStretch {
  camera: string;
  from: number;
  to: number;
}

export interface NewCase {
  title: string;
  why: string;
  basis: string;
  asker: Asker | null;
  organisation: string;
  letter: string;
  footage: NewStretch[];
}

export interface CasePage {
  cases: Case[];
  next: string | null;
}

const AT = "/api/v1/cases";
const at = (number: string, what = ""): string => `${AT}/${encodeURIComponent(number)}${what}`;

export async function listCases(state: string, after: string, signal?: AbortSignal): Promise<CasePage> {
  const query = new URLSearchParams({ state, after });
  return read<CasePage>(`${AT}?${query}`, signal);
}

export async function getCase(number: string, signal?: AbortSignal): Promise<WholeCase> {
  return read<WholeCase>(at(number), signal);
}

export async function openCase(wanted: NewCase): Promise<WholeCase> {
  const { footage, asker, ...rest } = wanted;
  const stretches = footage.map(({ camera, from, to }) => ({ camera, from: stamp(from), to: stamp(to) }));
  const body = { ...rest, ...(asker ? { asker } : {}), footage: stretches };
  return (await (await send("POST", AT, body)).json()) as WholeCase;
}

/** Approve, refuse, withdraw, close, reopen it, or say that one has seen it. */
export async function moveCase(number: string, act: CaseAct, note: string): Promise<WholeCase> {
  const body = act === "seen" ? undefined : { note };
  return (await (await send("POST", at(number, `/${act}`), body)).json()) as WholeCase;
}

export async function putLetter(number: string, letter: string): Promise<WholeCase> {
  return (await (await send("PUT", at(number, "/letter"), { letter })).json()) as WholeCase;
}

export async function putUntil(number: string, until: number, note: string): Promise<WholeCase> {
  return (await (await send("PUT", at(number, "/until"), { until: stamp(until), note })).json()) as WholeCase;
}

export interface HandOver {
  what: "handed-over" | "note";
  to: string;
  sha256: string;
  note: string;
}

export async function addCustody(number: string, given: HandOver): Promise<WholeCase> {
  return (await (await send("POST", at(number, "/custody"), given)).json()) as WholeCase;
}

export async function exportsOfCase(number: string): Promise<SealedExport[]> {
  const query = new URLSearchParams({ case: number });
  return (await read<{ exports: SealedExport[] }>(`/api/v1/exports?${query}`)).exports;
}
