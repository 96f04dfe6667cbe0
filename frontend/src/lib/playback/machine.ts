/** The past as a pure state machine: what plays from which moment, what is missing and why. `player.ts` drives it. */
import type { GapCause } from "../api/types";
import type { Instead } from "../live/instead";
import { backoff, type Phase as LivePhase } from "../live/machine";
import { parseMessage } from "../mse/messages";
import { FALLBACK, received, WITHDRAWN, type Delivery, type Reception } from "../mse/reception";

export interface MissingSpan {
  from: number;
  to: number;
  cause: GapCause;
}

export type Phase =
  | { is: "closed" }
  | { is: "opening" }
  | { is: "ready" }
  | { is: "buffering" }
  /** The server sends single pictures: `Model.instead` says why. */
  | { is: "stills" }
  /** The server sends nothing, and asks that the camera's still be shown: `Model.instead` says why. */
  | { is: "fallback" }
  | { is: "ended" }
  | { is: "retrying"; at: number }
  | { is: "refused"; why: string }
  /** This moment, or this camera, may not be watched (any more). */
  | { is: "withdrawn" };

export interface Model extends Reception {
  phase: Phase;
  /** Timeline time of media time 0, ms since 1970. */
  from: number;
  /** Why there is something else than video. */
  instead: Instead | null;
  gaps: MissingSpan[];
  /** The server has sent all there is. */
  complete: boolean;
  attempt: number;
}

export type Event =
  | { on: "open"; from: number }
  | { on: "text"; text: string }
  | { on: "binary"; bytes: ArrayBuffer }
  | { on: "lost"; code: number; reason: string; now: number; random: number }
  | { on: "shown" }
  | { on: "dry" }
  | { on: "broken" }
  | { on: "close" };

export type Effect =
  { do: "open"; from: number } | { do: "disconnect" } | { do: "reopen"; ms: number } | Delivery;

export const START: Model = {
  phase: { is: "closed" },
  from: 0,
  init: null,
  instead: null,
  expecting: "nothing",
  gaps: [],
  complete: false,
  attempt: 0,
};

const REFUSALS = new Set([1008, 4400, 4401, 4404]);

export function step(model: Model, event: Event): [Model, Effect[]] {
  switch (event.on) {
    case "open":
      return [
        { ...START, attempt: model.attempt, from: event.from, phase: { is: "opening" } },
        [{ do: "open", from: event.from }],
      ];
    case "text":
      return said(model, event.text);
    case "binary":
      return received(unfinished(model), event.bytes);
    case "lost":
      return lost(model, event);
    case "shown":
      return model.expecting === "fragment"
        ? [{ ...model, phase: { is: "ready" }, instead: null, attempt: 0 }, []]
        : [model, []];
    case "dry":
      if (model.phase.is !== "ready" && model.phase.is !== "opening") return [model, []];
      if (model.complete) return [{ ...model, phase: { is: "ended" } }, []];
      // Nothing has come yet: that is no running dry.
      return model.phase.is === "opening" ? [model, []] : [{ ...model, phase: { is: "buffering" } }, []];
    case "broken":
      return [
        { ...model, attempt: model.attempt + 1, phase: { is: "opening" }, expecting: "nothing" },
        [{ do: "disconnect" }, { do: "reopen", ms: backoff(model.attempt + 1, 0) }],
      ];
    case "close":
      return [START, [{ do: "disconnect" }]];
  }
}

function said(model: Model, text: string): [Model, Effect[]] {
  const message = parseMessage(text);
  switch (message.type) {
    case "init":
      return [{ ...model, init: message.init, expecting: "init-segment" }, []];
    case "gap":
      return [{ ...model, gaps: [...model.gaps.slice(-63), message] }, []];
    case "stills":
    case "fallback": {
      const { type: is, code, reason } = message;
      const expecting = is === "stills" ? "jpeg" : "nothing";
      return [{ ...model, phase: { is }, instead: { code, reason }, expecting }, []];
    }
    case "end": {
      const nothingCame = model.expecting === "nothing" || model.expecting === "init-segment";
      return [{ ...model, complete: true, phase: nothingCame ? { is: "ended" } : model.phase }, []];
    }
    default:
      return [model, []];
  }
}

/** Video that comes after what was taken for the end: it was not the end. */
function unfinished(model: Model): Model {
  return model.complete && model.expecting === "fragment" ? { ...model, complete: false } : model;
}

function lost(model: Model, event: Extract<Event, { on: "lost" }>): [Model, Effect[]] {
  if (model.phase.is === "closed" || model.phase.is === "fallback" || model.complete) return [model, []];
  if (event.code === FALLBACK) {
    return [{ ...model, phase: { is: "fallback" }, instead: { code: "", reason: event.reason } }, []];
  }
  if (event.code === WITHDRAWN) return [{ ...model, phase: { is: "withdrawn" } }, []];
  if (REFUSALS.has(event.code)) return [{ ...model, phase: { is: "refused", why: event.reason } }, []];
  const attempt = model.attempt + 1;
  const ms = backoff(attempt, event.random);
  return [{ ...model, attempt, phase: { is: "retrying", at: event.now + ms } }, [{ do: "reopen", ms }]];
}

/** The missing span at a moment (ms since 1970), with a little tolerance at its edges. */
export function gapAt(gaps: MissingSpan[], moment: number): MissingSpan | null {
  return gaps.find(({ from, to }) => moment >= from - 500 && moment < to) ?? null;
}

/** What a delayed camera does, in the words of a live one: who watches it asks for no moment. */
export function asLive({ phase }: Model): LivePhase {
  switch (phase.is) {
    case "opening":
      return { is: "joining" };
    case "ready":
      return { is: "playing" };
    case "buffering":
      return { is: "stalled" };
    case "ended":
      return { is: "fallback" };
    case "retrying":
      return { is: "retrying", at: phase.at, why: "lost" };
    default:
      return phase;
  }
}
