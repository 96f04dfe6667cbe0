/** Masked copies: for the people in the pictures, who fetch them with the number of their request, and in a case. */
import { ask, read, send } from "./http";
import { purposed } from "./purpose";
import type { Mask } from "./registry";

export interface PlanRegion {
  does: "show" | "hide";
  from_s: number;
  to_s: number;
  keys: { at_s: number; corners: Mask }[];
}

export interface Plan {
  hides: "all-but" | "regions";
  regions: PlanRegion[];
}

export interface Footage {
  camera: string;
  from: string;
  to: string;
  recorded: { from: string; to: string }[];
  masks: Mask[];
  most_seconds: number;
  most_days: number;
}

export interface MaskedCopy {
  copy: string;
  camera: string;
  from: string;
  to: string;
  by: string;
  at: string;
  until: string;
  state: "making" | "ready" | "failed" | "revoked" | "expired";
  progress: number;
  problem: string;
  mend: string;
  bytes: number;
  /** Of the film of a case's copy. */
  sha256: string;
  film: string | null;
  stills: string[];
  links: number;
  fetched: string | null;
  ended: string | null;
  ended_by: string | null;
}

export interface NewCopy {
  camera: string;
  from: string;
  to: string;
  plan: Plan;
  stills_s: number[];
  days: number;
}

export interface Handed {
  copy: string;
  camera: string;
  from: string;
  to: string;
  until: string;
  bytes: number;
  stills: number;
  links_left: number;
}

/** Where the server answers for the copies of a request, and for those of a case. */
export const requestDoor = (receipt: string): string =>
  `/api/v1/data-requests/${encodeURIComponent(receipt)}`;
export const caseDoor = (number: string): string => `/api/v1/cases/${encodeURIComponent(number)}`;
const own = (receipt: string): string => `/api/v1/public/data-requests/${encodeURIComponent(receipt)}/copies`;

export function footageOf(door: string, query: Record<string, string>): Promise<Footage> {
  return read(`${door}/footage?${new URLSearchParams(query)}`);
}

export async function copiesOf(door: string): Promise<MaskedCopy[]> {
  return (await read<{ copies: MaskedCopy[] }>(`${door}/copies`)).copies;
}

export async function makeCopy(door: string, copy: NewCopy): Promise<void> {
  const purpose = new URLSearchParams(purposed(copy.camera, {}));
  await send("POST", `${door}/copies?${purpose}`, copy);
}

export async function withdrawCopy(door: string, copy: string): Promise<void> {
  await send("DELETE", `${door}/copies/${encodeURIComponent(copy)}`);
}

export async function handedCopies(receipt: string): Promise<Handed[]> {
  return (await read<{ copies: Handed[] }>(own(receipt))).copies;
}

/** Addresses that open within a minute. */
export async function linkTo(receipt: string, copy: string): Promise<{ film: string; stills: string[] }> {
  const answer = await send("POST", `${own(receipt)}/${encodeURIComponent(copy)}/link`);
  return (await answer.json()) as { film: string; stills: string[] };
}

/** Exactly the picture that is shown at a moment, as it was recorded. */
export function pictureUrl(camera: string, moment: string, width: 320 | 1280): string {
  const query = new URLSearchParams(purposed(camera, { at: moment, width: String(width) }));
  return `/media/${encodeURIComponent(camera)}/picture.jpg?${query}`;
}

/** The same with a plan burnt in, as the copy will show it. */
export async function maskedPicture(
  camera: string,
  moment: string,
  from: string,
  width: 320 | 1280,
  plan: Plan,
  signal: AbortSignal,
): Promise<Blob> {
  const query = new URLSearchParams(purposed(camera, { at: moment, from, width: String(width) }));
  const answer = await ask(`/media/${encodeURIComponent(camera)}/masked.jpg?${query}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(plan),
    signal,
  });
  return answer.blob();
}
