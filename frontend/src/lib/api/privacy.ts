/** Personal data: requests and their clock, the register of processing, breaches. */
import { read, send } from "./http";

export type RequestState = "received" | "verified" | "answered" | "refused";

export interface DataReceipt {
  receipt: string;
  kind: string;
  state: RequestState;
  ground: string | null;
  answer: string;
  at: string;
  due: string;
}

export interface DataRequest extends DataReceipt {
  name: string;
  contact: string;
  text: string;
  camera: string | null;
  from: string | null;
  to: string | null;
  by: string | null;
  late: boolean;
}

export interface NewDataRequest {
  kind: string;
  name: string;
  contact: string;
  text: string;
  camera?: string;
  from?: string;
  to?: string;
}

export interface Activity {
  purpose: string;
  basis: string;
  cameras: number;
  signs: number;
  published: Record<string, number>;
  recorded: number;
  most_days: number;
  masked: number;
  partners: number;
}

export interface Processing {
  activities: Activity[];
  recipients: { role: string; may: string[]; purpose: string[] }[];
}

export interface Breach {
  id: string;
  found: string;
  due: string;
  what: string;
  data: string;
  subjects: number | null;
  measures: string;
  subjects_told: string | null;
  agency_told: string | null;
  by: string;
}

const PUBLIC = "/api/v1/public/data-requests";
const DESK = "/api/v1/data-requests";
const BREACHES = "/api/v1/privacy/breaches";
export const ASSESSMENT = "/api/v1/privacy/assessment.md";

export const processing = (): Promise<Processing> => read("/api/v1/public/processing");

export async function askForData(request: NewDataRequest): Promise<DataReceipt> {
  return (await (await send("POST", PUBLIC, request)).json()) as DataReceipt;
}

export const dataReceipt = (receipt: string): Promise<DataReceipt> =>
  read(`${PUBLIC}/${encodeURIComponent(receipt)}`);

export async function dataRequests(every: boolean): Promise<DataRequest[]> {
  return (await read<{ requests: DataRequest[] }>(`${DESK}?every=${every}`)).requests;
}

export interface DataVerdict {
  state: RequestState;
  answer?: string;
  ground?: string;
}

export async function decideRequest(id: string, verdict: DataVerdict): Promise<DataRequest> {
  return (await (await send("PATCH", `${DESK}/${encodeURIComponent(id)}`, verdict)).json()) as DataRequest;
}

export async function breaches(): Promise<Breach[]> {
  return (await read<{ breaches: Breach[] }>(BREACHES)).breaches;
}

export async function addBreach(breach: Record<string, unknown>): Promise<void> {
  await send("POST", BREACHES, breach);
}

export async function changeBreach(id: string, change: Record<string, unknown>): Promise<void> {
  await send("PATCH", `${BREACHES}/${encodeURIComponent(id)}`, change);
}
