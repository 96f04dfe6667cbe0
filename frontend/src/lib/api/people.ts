/** People: who has access, invitations, one's own account and sessions. */
import { read, send } from "./http";
import type { Grant } from "./types";

export interface Person {
  name: string;
  display: string;
  kind: "person" | "place";
  created: string;
  disabled: string | null;
  phone: string | null;
  email: string | null;
  second_factor: boolean;
  grants: Grant[];
  /** Every grant of theirs is inside one's own powers. */
  managed: boolean;
}

export interface People {
  people: Person[];
  next: string | null;
}

export interface Invitation {
  id: string;
  role: string;
  scope: string;
  value: string;
  until: string | null;
  display: string;
  by: string;
  created: string;
  expires: string;
  state: "open" | "used" | "revoked" | "expired";
  used_by: string | null;
}

/** A new invitation: its link and its code (SVG) are shown this once. */
export interface InvitationMade extends Invitation {
  token: string;
  link: string;
  qr: string;
}

export interface NewInvitation {
  role: string;
  scope: "area";
  value: string;
  until?: string;
  display?: string;
  hours?: number;
}

/** What a link gives. */
export interface Join {
  role: string;
  scope: Grant["scope"];
  value: string;
  area_name: string | null;
  until: string | null;
  display: string;
  by: string;
  /** The inviter's name as people write it; empty where nobody knows. */
  by_display: string;
  expires: string;
  /** Who is signed in and could take it. */
  you: string | null;
}

export interface OwnSession {
  id: string;
  person: string;
  agent: string;
  created: string;
  seen: string;
  expires: string;
  this: boolean;
}

export interface SecondFactor {
  on: boolean;
  recovery_codes: number;
}

export interface SecondFactorBegun {
  secret: string;
  uri: string;
  qr: string;
}

const SELF = "/api/v1/session";
const one = (path: string, id: string): string => `/api/v1/${path}/${encodeURIComponent(id)}`;
const json = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;

export const people = (area: string, after = ""): Promise<People> =>
  read(`/api/v1/people?${new URLSearchParams({ area, limit: "100", ...(after ? { after } : {}) })}`);

export const makePlace = (name: string, area: string): Promise<Person> =>
  json(send("POST", `${one("people", name)}/kiosk`, { area }));

export async function endGrant(id: string): Promise<void> {
  await send("DELETE", one("grants", id));
}

/** Give again what was ended: the same role over the same thing until the same moment. */
export const give = (person: string, grant: Grant): Promise<Grant> =>
  json(
    send("POST", "/api/v1/grants", {
      person,
      role: grant.role,
      scope: grant.scope,
      value: grant.value,
      until: grant.until,
    }),
  );

export async function invitations(area: string): Promise<Invitation[]> {
  const query = new URLSearchParams({ area });
  return (await read<{ invitations: Invitation[] }>(`/api/v1/invitations?${query}`)).invitations;
}

export const invite = (given: NewInvitation): Promise<InvitationMade> =>
  json(send("POST", "/api/v1/invitations", given));

export async function withdraw(id: string): Promise<void> {
  await send("DELETE", one("invitations", id));
}

export const invitationOf = (token: string): Promise<Join> => read(one("join", token));

/** Join with a name and a password of one's own choice; without them, as whoever is signed in. */
export async function join(
  token: string,
  newcomer?: { name: string; password: string; display: string },
): Promise<void> {
  await send("POST", one("join", token), newcomer ?? {});
}

export async function changeSelf(change: {
  display?: string;
  phone?: string;
  email?: string;
}): Promise<void> {
  await send("PATCH", SELF, change);
}

export async function changePassword(old: string, fresh: string): Promise<void> {
  await send("PUT", `${SELF}/password`, { old, new: fresh });
}

export async function ownSessions(): Promise<OwnSession[]> {
  return (await read<{ sessions: OwnSession[] }>(`${SELF}/others`)).sessions;
}

export async function endSession(id: string): Promise<void> {
  await send("DELETE", `${SELF}/others/${encodeURIComponent(id)}`);
}

export async function endOtherSessions(): Promise<void> {
  await send("DELETE", `${SELF}/others`);
}

const FACTOR = `${SELF}/second-factor`;

export const secondFactor = (): Promise<SecondFactor> => read(FACTOR);
export const beginFactor = (password: string): Promise<SecondFactorBegun> =>
  json(send("POST", FACTOR, { password }));
export const confirmFactor = async (code: string): Promise<string[]> =>
  (await json<{ codes: string[] }>(send("PUT", FACTOR, { code }))).codes;

export async function endFactor(code: string): Promise<void> {
  await send("DELETE", FACTOR, { code });
}
