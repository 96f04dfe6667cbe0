/** Examinations of a case's footage, and searching what they found. */
import { stamp } from "./client";
import { read, send } from "./http";
import type { Box } from "./traces";

export type ExamState = "waiting" | "looking" | "ready" | "failed" | "ended";

export interface Exam {
  id: string;
  camera: string;
  camera_name: string;
  from: string;
  to: string;
  plates: boolean;
  likeness: boolean;
  state: ExamState;
  progress: number;
  problem: string;
  mend: string;
  found: number;
  gaps_s: number;
  by: string;
  at: string;
}

export interface Exams {
  may: boolean;
  why_not: string;
  /** Whose footage one may have examined. */
  cameras: string[];
  examinations: Exam[];
}

export interface Plate {
  text: string;
  kind: string;
  confidence: number;
  height_px: number;
  readings: number;
  alternatives: string[];
}

export interface Found {
  examination: string;
  n: number;
  camera: string;
  camera_name: string;
  at: string;
  begun: string;
  ended: string;
  label: string;
  colour: string;
  direction: string;
  plate: Plate | null;
  likeness: number | null;
  score: number | null;
  picture: string;
  plate_picture: string | null;
  xyxy: Box;
}

export interface FoundPage {
  found: Found[];
  next: string | null;
  needs_model: boolean;
}

export interface FoundAsked {
  examination?: string;
  plate?: string;
  /** What looks like this: examination and number, `9a8b…:3`. */
  like?: string;
  label?: string;
  colour?: string;
  after?: string;
}

export interface NewExam {
  camera: string;
  from: number;
  to: number;
  plates: boolean;
  likeness: boolean;
}

const at = (number: string, what: string): string => `/api/v1/cases/${encodeURIComponent(number)}/${what}`;

export const examsOf = (number: string, signal?: AbortSignal): Promise<Exams> =>
  read(at(number, "examinations"), signal);

export async function startExam(number: string, { from, to, ...rest }: NewExam): Promise<Exam> {
  const body = { ...rest, from: stamp(from), to: stamp(to) };
  return (await (await send("POST", at(number, "examinations"), body)).json()) as Exam;
}

export async function removeExam(number: string, id: string): Promise<void> {
  await send("DELETE", at(number, `examinations/${id}`));
}

export function foundIn(number: string, asked: FoundAsked, signal?: AbortSignal): Promise<FoundPage> {
  const given = Object.entries(asked).filter(([, value]) => value !== "");
  return read(`${at(number, "found")}?${new URLSearchParams(given)}`, signal);
}
