/** What a partner shares with the city, withdrawn at once and given back. */
import { read, send } from "./http";
import type { Entity } from "./registry";

export interface SharedCamera {
  id: string;
  name: string;
  site_name: string;
  area: string;
  area_name: string;
  /** How residents see it now. */
  mode: string;
  connected: boolean;
}

export interface Sharing {
  partner: Entity;
  in_force: boolean;
  total: number;
  connected: number;
  published: number;
  cameras: SharedCamera[];
  withdrawn: { at: string; by: string; reason: string } | null;
  may_withdraw: boolean;
  may_restore: boolean;
}

const at = (partner: string, part: string): string =>
  `/api/v1/partners/${encodeURIComponent(partner)}/${part}`;

export const sharing = (partner: string): Promise<Sharing> => read(at(partner, "sharing"));

export async function withdrawConsent(partner: string, reason: string): Promise<void> {
  await send("PUT", at(partner, "revocation"), { reason });
}

export async function giveConsentBack(partner: string): Promise<void> {
  await send("DELETE", at(partner, "revocation"));
}
