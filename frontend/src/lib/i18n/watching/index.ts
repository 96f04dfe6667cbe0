/** What a resident's screen is doing, in one sentence. */
import { passes, type Instead } from "../../live/instead";
import type { Phase } from "../../live/machine";
import type { CameraWord } from "../../mse/messages";
import type { Language } from "../../time/words";
import { en } from "./en";
import { id, type Words } from "./id";

const all: Record<Language, Words> = { id, en };
/** The same to a person: this browser or machine cannot. */
const SAME: Record<string, string> = {
  "codec-h264": "codec",
  "codec-h265": "codec",
  "past-h264": "codec",
  "past-h265": "codec",
  "converters-busy": "codec",
};
/** Waiting longer than this for a picture, somebody wants to know why. */
const SLOW_MS = 10_000;

export interface Watching {
  phase: Phase;
  instead: Instead | null;
  /** What the server says that the camera does; null before it said anything. */
  camera: CameraWord | null;
  /** How long a picture has been waited for, ms. */
  waitingMs: number;
  /** How late it is shown, s; 0 where it is live. */
  delayS: number;
  /** Whether this device has a network. */
  online: boolean;
}

/** Why there is something else than video. */
export function sayInstead({ code, reason }: Instead, language: Language): string {
  const words = all[language];
  const known = words.instead[SAME[code] ?? code];
  return known ?? (language === "en" && reason ? reason : words.insteadOther);
}

/** One sentence for the screen; empty where the picture speaks for itself. */
export function sayWatching(watching: Watching, language: Language): string {
  const words = all[language];
  const { phase, instead, delayS } = watching;
  switch (phase.is) {
    case "closed":
      return "";
    case "playing":
      return delayS > 0 ? words.late(minutesOf(delayS)) : "";
    case "fallback":
    case "stills":
      if (instead) return sayInstead(instead, language);
      return delayS > 0 ? words.noFootage : words.insteadOther;
    case "retrying":
      return phase.why === "offline" ? words.offline : words.retrying;
    case "asleep":
    case "withdrawn":
    case "refused":
      return words[phase.is];
    case "connecting":
    case "joining":
    case "stalled":
      return sayWaiting(watching, language);
  }
}

function sayWaiting({ instead, camera, waitingMs, delayS, online }: Watching, language: Language): string {
  const words = all[language];
  if (!online) return words.offline;
  if (camera && !["running", "idle", "connecting", "busy"].includes(camera.state)) return words.away;
  if (waitingMs > SLOW_MS) return delayS > 0 ? words.slowLate : words.slow;
  // Video is being asked for again: what is shown meanwhile is what was shown before.
  return instead && passes(instead) ? sayInstead(instead, language) : words.connecting;
}

export const minutesOf = (seconds: number): string => String(Math.max(1, Math.round(seconds / 60)));
