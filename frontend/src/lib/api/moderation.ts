/** Residents' and members' reports, for those who decide on them. */
import { read, send } from "./http";

export type ReportState = "new" | "accepted" | "resolved" | "rejected";

export interface Report {
  id: string;
  kind: string;
  camera: string | null;
  area: string;
  text: string;
  photo: boolean;
  lat: number | null;
  lon: number | null;
  by: string | null;
  at: string;
  state: ReportState;
  moderator: string | null;
  note: string;
  public: boolean;
  simulated: boolean;
}

export interface Queue {
  reports: Report[];
  counts: Partial<Record<ReportState, number>>;
  before: string | null;
}

export interface Verdict {
  state: ReportState;
  note: string;
  public: boolean;
}

export function queue(
  state: ReportState,
  area: string,
  before: string | null,
  signal?: AbortSignal,
): Promise<Queue> {
  const query = new URLSearchParams({ state, limit: "50" });
  if (area) query.set("area", area);
  if (before) query.set("before", before);
  return read(`/api/v1/reports?${query}`, signal);
}

export async function decideReport(id: string, verdict: Verdict): Promise<Report> {
  const path = `/api/v1/reports/${encodeURIComponent(id)}`;
  return (await (await send("PATCH", path, verdict)).json()) as Report;
}

export const reportPhoto = (id: string): string => `/api/v1/reports/${encodeURIComponent(id)}/photo.jpg`;
