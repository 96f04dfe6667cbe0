/** What a screen is doing, in one sentence; null where the picture speaks for itself. */
import type { CameraState, GapCause } from "../api/types";
import type { Instead } from "../live/instead";
import type { Viewing } from "../state/viewing.svelte";
import { clock, dayAndClock, type Language } from "../time/words";
import { cause } from "./state";
import { en } from "./en";
import { id, type Words } from "./id";
import { sayInstead } from "./watching";

export interface Said {
  tone: "plain" | "waiting" | "dead";
  text: string;
}

interface Reader {
  language: Language;
  zone: string;
  now: number;
  /** Whether this device has a network. */
  online: boolean;
  /** Why there is no footage at the moment that is looked at, where that is known. */
  missing: GapCause | null;
}

export function sayViewing(viewing: Viewing, state: CameraState | null, reader: Reader): Said | null {
  const words = reader.language === "en" ? en : id;
  return viewing.mode === "live" ? sayLive(viewing, state, words, reader) : sayPast(viewing, words, reader);
}

function sayLive(viewing: Viewing, known: CameraState | null, words: Words, reader: Reader): Said | null {
  const { phase, camera } = viewing.live;
  const { live } = words;
  switch (phase.is) {
    case "playing":
      return null;
    case "stills":
    case "fallback":
      return { tone: "waiting", text: sayStills(viewing.live.instead, reader) };
    case "retrying": {
      if (phase.why === "offline") return { tone: "dead", text: live.offline };
      const seconds = Math.ceil((phase.at - reader.now) / 1000);
      return { tone: "waiting", text: seconds > 1 ? live.retrying(seconds) : live.retryingNow };
    }
    case "refused":
      return { tone: "dead", text: live.refused(phase.why || "-") };
    case "withdrawn":
      return { tone: "dead", text: live.withdrawn };
    case "asleep":
      return { tone: "plain", text: live.asleep };
    case "connecting":
      return { tone: "plain", text: live.connecting };
    case "closed":
      return null;
    case "joining":
    case "stalled":
      break;
  }
  if (!reader.online) return { tone: "dead", text: live.offline };
  if (camera && camera.state !== "running" && camera.state !== "idle") {
    const state: CameraState = {
      recording: false,
      profiles: {},
      gap: null,
      last_picture: null,
      ...known,
      ...camera,
    };
    return sayNoPicture(state, words, reader);
  }
  return { tone: "plain", text: phase.is === "stalled" ? live.stalled : live.joining };
}

function sayStills(instead: Instead | null, { language }: Reader): string {
  return sayInstead(instead ?? { code: "", reason: "" }, language);
}

function sayNoPicture(state: CameraState, words: Words, reader: Reader): Said {
  const why = cause(state, reader.language);
  if (state.state === "connecting" && state.last_picture === null) {
    return { tone: "waiting", text: words.stateLong.connecting };
  }
  if (state.last_picture === null) return { tone: "dead", text: words.noPictureBecause(why) };
  const when = dayAndClock(Date.parse(state.last_picture), reader.language, reader.zone);
  return { tone: "dead", text: words.noPictureSince(when, why) };
}

function sayPast(viewing: Viewing, words: Words, reader: Reader): Said | null {
  const { phase, gaps } = viewing.past;
  const at = (moment: number): string => clock(moment, reader.language, reader.zone);
  switch (phase.is) {
    case "ready":
      return viewing.leap
        ? {
            tone: "waiting",
            text: words.skippedGap(
              at(viewing.leap.from),
              at(viewing.leap.to),
              words.cause[viewing.leap.cause],
            ),
          }
        : null;
    case "stills":
    case "fallback":
      return { tone: "waiting", text: sayStills(viewing.past.instead, reader) };
    case "ended":
      if (reader.missing) return { tone: "dead", text: words.noFootageBecause(words.cause[reader.missing]) };
      return { tone: "plain", text: reader.now - viewing.moment < 60_000 ? words.caughtUp : words.noFootage };
    case "retrying":
      return { tone: "waiting", text: words.live.retryingNow };
    case "refused":
      return { tone: "dead", text: words.live.refused(phase.why || "-") };
    case "withdrawn":
      return { tone: "dead", text: words.live.withdrawnPast };
    case "opening":
    case "buffering": {
      const gap = gaps.find(({ from, to }) => viewing.moment >= from - 500 && viewing.moment < to);
      const why = gap?.cause ?? reader.missing;
      return why
        ? { tone: "dead", text: words.noFootageBecause(words.cause[why]) }
        : { tone: "plain", text: words.live.joining };
    }
    case "closed":
      return null;
  }
}
