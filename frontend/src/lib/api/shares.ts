/** Shares: what of a case is given to a named receiver, and the receiver's way to it. */
import { read, send } from "./http";

export type ShareKind = "view" | "download";
export type ShareState =
  "making" | "ready" | "failed" | "locked" | "revoked" | "expired" | "closed" | "deleted";

export interface Share {
  share: string;
  export: string;
  name: string;
  receiver: string;
  kind: ShareKind;
  by: string;
  at: string;
  until: string;
  state: ShareState;
  tries: number;
  opened: string | null;
  fetched: string | null;
  fetches: number;
  problem: string;
  ended: string | null;
  ended_by: string | null;
}

export interface NewShare {
  export: string;
  receiver: string;
  kind: ShareKind;
  days: number;
}

/** A new share; link and code are shown this once. */
export interface ShareMade {
  share: Share;
  link: string;
  code: string;
}

/** What a receiver is told once the code is given. */
export interface Shared {
  city: string;
  case: string;
  receiver: string;
  kind: ShareKind;
  state: ShareState;
  name: string;
  camera: string;
  from: string;
  to: string;
  until: string;
  bytes: number;
  sha256: string;
}

const of = (number: string): string => `/api/v1/cases/${encodeURIComponent(number)}/shares`;
const at = (token: string): string => `/api/v1/public/shares/${encodeURIComponent(token)}`;

export async function sharesOf(number: string): Promise<Share[]> {
  return (await read<{ shares: Share[] }>(of(number))).shares;
}

export async function share(number: string, wanted: NewShare): Promise<ShareMade> {
  return (await (await send("POST", of(number), wanted)).json()) as ShareMade;
}

export async function endShare(number: string, id: string): Promise<Share> {
  return (await (await send("DELETE", `${of(number)}/${encodeURIComponent(id)}`)).json()) as Share;
}

export async function openShared(token: string, code: string): Promise<Shared> {
  return (await (await send("POST", `${at(token)}/open`, { code })).json()) as Shared;
}

export async function getShared(token: string): Promise<Shared> {
  return read<Shared>(at(token));
}

/** An address that opens within a minute. */
export async function sharedLink(token: string): Promise<string> {
  return ((await (await send("POST", `${at(token)}/link`)).json()) as { url: string }).url;
}
