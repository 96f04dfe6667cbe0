/** Search in what was seen. */
import { read } from "./http";
import type { EyeName } from "./watching";

/** What is searched for, as the server is asked; what is empty does not matter. */
export interface Asked {
  class: string;
  colour: string;
  line: string;
  direction: string;
  zone: string;
  area: string;
  camera: string;
  from: string;
  to: string;
  hour_from: string;
  hour_to: string;
}

export interface SeenThing {
  id: number;
  camera: string;
  name: string;
  begun: string;
  ended: string;
  label: string;
  colour: string;
  direction: string;
  lines: { line: string; direction: string }[];
  zones: string[];
  speed_kmh: number | null;
  picture: { url: string; at: string; xyxy: [number, number, number, number] | null } | null;
  eye: EyeName | null;
}

/** When a camera that was searched was not looked at. */
export interface Unseen {
  camera: string;
  name: string;
  from: string;
  to: string;
  cause: string;
}

export interface SeenAnswer {
  /** How many cameras were searched, how many of them are looked at for what passes, and how many wait for a purpose. */
  cameras: number;
  counted: number;
  for_a_purpose: number;
  found: SeenThing[];
  gaps: Unseen[];
  more_gaps: boolean;
  next: string | null;
}

export function seen(
  asked: Asked,
  purpose: string,
  after: string | null,
  signal?: AbortSignal,
): Promise<SeenAnswer> {
  const all = { ...asked, purpose, after: after ?? "" };
  const given = Object.entries(all).filter(([, value]) => value !== "");
  return read(`/api/v1/seen?${new URLSearchParams(given).toString()}`, signal);
}

/** A kecamatan or kelurahan with cameras that one may search. */
export interface SeenArea {
  code: string;
  name: string;
  level: string;
  cameras: number;
}

export const seenAreas = async (signal?: AbortSignal): Promise<SeenArea[]> =>
  (await read<{ areas: SeenArea[] }>("/api/v1/seen/areas", signal)).areas;

export const pictureOf = (url: string, purpose: string): string =>
  purpose ? `${url}?${new URLSearchParams({ purpose }).toString()}` : url;
