/** Open figures of the city, as the server says them. */
import { read } from "./http";

export interface Counts {
  total: number;
  connected: number;
  working: number;
  published: number;
}

export interface AreaCounts extends Counts {
  code: string;
  name: string;
}

export interface KindCounts extends Counts {
  kind: string;
}

export interface Transparency extends Counts {
  as_of: string;
  by_area: AreaCounts[];
  by_kind: KindCounts[];
  burn_up: { date: string; connected: number; plan: number | null }[];
  plan: { rt: number; dangerous: number };
  availability: { date: string; share: number | null }[];
  evidence_requests: { month: string; requested: number; delivered: number }[];
  who_may_see: { role: string; people: number }[];
  wifi: { points: number; working: number };
  simulated: boolean;
}

export const transparency = (): Promise<Transparency> => read("/api/v1/public/transparency");
