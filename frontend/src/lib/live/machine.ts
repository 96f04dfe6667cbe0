/**
 * The life of a live picture as a pure state machine: events in, the next model and effects out.
 * Sockets, timers and the video element belong to `player.ts`.
 */
import { parseMessage, type CameraWord } from "../mse/messages";
import { FALLBACK, received, WITHDRAWN, type Delivery, type Reception } from "../mse/reception";
import { passes, STILLS_AGAIN_MS, untilAgain, type Instead } from "./instead";

export type Phase =
  | { is: "closed" }
  | { is: "connecting" }
  | { is: "joining" }
  | { is: "playing" }
  | { is: "stalled" }
  /** The server sends single pictures: `Model.instead` says why. */
  | { is: "stills" }
  /** The server sends nothing, and asks that the camera's still be shown: `Model.instead` says why. */
  | { is: "fallback" }
  | { is: "retrying"; at: number; why: "lost" | "offline" }
  | { is: "refused"; why: string }
  /** It may not be watched any more. */
  | { is: "withdrawn" }
  | { is: "asleep" };

export interface Model extends Reception {
  phase: Phase;
  camera: CameraWord | null;
  /** Why there is something else than video, until there is video again. */
  instead: Instead | null;
  /** It was withdrawn, and no socket has been opened since. */
  denied: boolean;
  attempt: number;
  skipped: number;
}

export type Event =
  | { on: "start" }
  | { on: "opened" }
  | { on: "text"; text: string }
  | { on: "binary"; bytes: ArrayBuffer }
  | { on: "lost"; code: number; reason: string; now: number; random: number; online: boolean }
  | { on: "retry" }
  | { on: "shown" }
  | { on: "stalled" }
  | { on: "broken" }
  | { on: "hidden" }
  | { on: "seen" }
  | { on: "close" };

export type Effect =
  { do: "open" } | { do: "disconnect" } | { do: "wait"; ms: number } | { do: "catch-up" } | Delivery;

export const START: Model = {
  phase: { is: "closed" },
  camera: null,
  init: null,
  instead: null,
  denied: false,
  expecting: "nothing",
  attempt: 0,
  skipped: 0,
};

/** Close codes after which trying again soon is no use: policy, not signed in, not found. */
const REFUSALS = new Set([1008, 4401, 4404]);
/** The camera is shown otherwise from now on: nothing is wrong, and it is opened again. */
const RESTART = 1012;
const SLOWEST_MS = 15_000;
/** A screen that nobody attends finds out by itself that it may watch again. */
const DENIED_MS = 60_000;

export function step(model: Model, event: Event): [Model, Effect[]] {
  switch (event.on) {
    case "start":
    case "retry": {
      const phase: Phase = model.denied ? { is: "withdrawn" } : { is: "connecting" };
      return [{ ...model, phase, expecting: "nothing" }, [{ do: "open" }]];
    }
    case "opened":
      return [{ ...model, phase: { is: "joining" }, denied: false }, []];
    case "text":
      return said(model, event.text);
    case "binary":
      return received(model, event.bytes);
    case "lost":
      return lost(model, event);
    case "shown":
      return isMedia(model)
        ? [{ ...model, phase: { is: "playing" }, instead: null, attempt: 0 }, []]
        : [model, []];
    case "stalled":
      return model.phase.is === "playing" ? [{ ...model, phase: { is: "stalled" } }, []] : [model, []];
    case "broken":
      return rejoin(model);
    case "hidden":
      if (model.phase.is === "closed") return [model, []];
      return [{ ...model, phase: { is: "asleep" }, expecting: "nothing" }, [{ do: "disconnect" }]];
    case "seen":
      return seen(model);
    case "close":
      return [{ ...START }, [{ do: "disconnect" }]];
  }
}

function said(model: Model, text: string): [Model, Effect[]] {
  const message = parseMessage(text);
  switch (message.type) {
    case "state":
      return [{ ...model, camera: message.camera }, []];
    case "init":
      return [{ ...model, init: message.init, expecting: "init-segment" }, []];
    case "stills": {
      const { code, reason } = message;
      const instead = { code, reason };
      return [
        { ...model, phase: { is: "stills" }, instead, expecting: "jpeg", attempt: 0 },
        passes(instead) ? [{ do: "wait", ms: STILLS_AGAIN_MS }] : [],
      ];
    }
    case "fallback": {
      const { code, reason } = message;
      return [
        { ...model, phase: { is: "fallback" }, instead: { code, reason }, expecting: "nothing", attempt: 0 },
        [],
      ];
    }
    case "skipped":
      return [{ ...model, skipped: model.skipped + message.pictures }, [{ do: "catch-up" }]];
    default:
      return [model, []];
  }
}

function lost(model: Model, event: Extract<Event, { on: "lost" }>): [Model, Effect[]] {
  if (model.phase.is === "closed" || model.phase.is === "asleep") return [model, []];
  if (event.code === FALLBACK || model.phase.is === "fallback") return fallen(model, event);
  if (event.code === WITHDRAWN || model.denied) return denied(model, event);
  const attempt = model.attempt + 1;
  const next: Model = { ...model, attempt, expecting: "nothing" };
  if (REFUSALS.has(event.code)) {
    return [{ ...next, phase: { is: "refused", why: event.reason } }, [{ do: "wait", ms: SLOWEST_MS }]];
  }
  const ms = attempt === 1 ? 200 : backoff(attempt, event.random);
  if (event.code === RESTART && attempt === 1) {
    return [{ ...next, phase: { is: "connecting" } }, [{ do: "wait", ms }]];
  }
  const why = event.online ? "lost" : "offline";
  return [{ ...next, phase: { is: "retrying", at: event.now + ms, why } }, [{ do: "wait", ms }]];
}

/** The camera's still is shown from now on; video is asked for again after a while. */
function fallen(model: Model, { reason, random }: Extract<Event, { on: "lost" }>): [Model, Effect[]] {
  const told = model.phase.is === "fallback" ? model.instead : null;
  const instead = told ?? { code: "", reason };
  const next: Model = { ...model, phase: { is: "fallback" }, instead, expecting: "nothing", attempt: 0 };
  return [next, [{ do: "wait", ms: untilAgain(instead, random) }]];
}

/** A handshake that is refused tells nothing: until one is taken, it stays withdrawn. */
function denied(model: Model, { random }: Extract<Event, { on: "lost" }>): [Model, Effect[]] {
  const ms = Math.round(DENIED_MS * (1 + random));
  const next: Model = {
    ...model,
    phase: { is: "withdrawn" },
    denied: true,
    expecting: "nothing",
    attempt: 0,
  };
  return [next, [{ do: "wait", ms }]];
}

/** Exponential with jitter: half of it is certain, half is chance. */
export function backoff(attempt: number, random: number): number {
  const most = Math.min(SLOWEST_MS, 500 * 2 ** (attempt - 1));
  return Math.round(most / 2 + (most / 2) * random);
}

/** The decoder gave up: the same stream again from its next start. */
function rejoin(model: Model): [Model, Effect[]] {
  if (model.phase.is === "closed" || model.phase.is === "asleep") return [model, []];
  const attempt = model.attempt + 1;
  const ms = backoff(attempt, 0);
  return [
    { ...model, attempt, phase: { is: "joining" }, expecting: "nothing" },
    [{ do: "disconnect" }, { do: "wait", ms }],
  ];
}

function seen(model: Model): [Model, Effect[]] {
  switch (model.phase.is) {
    case "asleep":
    case "retrying":
      return step({ ...model, attempt: 0 }, { on: "retry" });
    case "playing":
    case "stalled":
      return [model, [{ do: "catch-up" }]];
    default:
      return [model, []];
  }
}

function isMedia(model: Model): boolean {
  return model.expecting === "fragment" && model.phase.is !== "closed" && model.phase.is !== "asleep";
}
