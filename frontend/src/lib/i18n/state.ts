/** Sentences about a camera's state. */
import type { Camera, CameraState } from "../api/types";
import { length, type Language } from "../time/words";
import { en } from "./en";
import { id } from "./id";

const all = { id, en };

/** Why there is no picture, in the reader's language; the server's own words follow where they say more. */
export function cause(state: Pick<CameraState, "state" | "reason" | "gap">, language: Language): string {
  const words = all[language];
  if (state.gap && state.gap !== "schedule" && state.gap !== "unknown") return words.cause[state.gap];
  switch (state.state) {
    case "refused":
      return words.cause.credentials;
    case "silent":
      return words.cause.silent;
    case "backing-off":
    case "connecting":
      return words.cause.unreachable;
    default:
      return state.reason ?? words.cause.unknown;
  }
}

/** 6 mnt tanpa gambar: kamera tidak terjangkau */
export function whyDead(camera: Camera, since: number | null, now: number, language: Language): string {
  const words = all[language];
  const why = cause(camera.state, language);
  if (since === null || camera.state.last_picture === null) return words.deadNever(why);
  return words.deadSince(length(now - since, language), why);
}
