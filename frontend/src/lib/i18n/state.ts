/** Sentences about a camera's state. */
import type { Camera, CameraState, GapCause } from "../api/types";
import { length, type Language } from "../time/words";
import { en } from "./en";
import { id } from "./id";

const all = { id, en };

/** The cause that a state stands for. */
export function causeOf(state: Pick<CameraState, "state" | "gap">): GapCause {
  if (state.gap && state.gap !== "schedule" && state.gap !== "unknown") return state.gap;
  switch (state.state) {
    case "refused":
      return "credentials";
    case "silent":
      return "silent";
    case "backing-off":
    case "connecting":
      return "unreachable";
    default:
      return "unknown";
  }
}

/** Why there is no picture, in the reader's language. */
export function cause(state: Pick<CameraState, "state" | "gap">, language: Language): string {
  return all[language].cause[causeOf(state)];
}

/** 6 mnt mati, tidak terjangkau */
export function whyDead(camera: Camera, since: number | null, now: number, language: Language): string {
  const words = all[language];
  const why = words.causeShort[causeOf(camera.state)];
  if (since === null || camera.state.last_picture === null) return words.deadNever(why);
  return words.deadSince(length(now - since, language), why);
}
