/** What a media socket says in text, from JSON to a union. */
import type { GapCause, SourceState } from "../api/types";

export interface CameraWord {
  state: SourceState;
  reason: string | null;
  since: string | null;
}

export interface Init {
  mime: string;
  width: number;
  height: number;
  run: string;
  profile: string;
  /** Timeline time of media time 0, ms since 1970. */
  utc: number;
  codec: string;
}

export type MediaMessage =
  | { type: "state"; camera: CameraWord }
  | { type: "init"; init: Init }
  /** JPEGs follow in place of video, and why. */
  | { type: "stills"; code: string; reason: string }
  /** The socket ends: the camera's still is shown in place of video, and why. */
  | { type: "fallback"; code: string; reason: string }
  | { type: "skipped"; pictures: number }
  | { type: "gap"; from: number; to: number; cause: GapCause }
  | { type: "seeked"; from: number }
  | { type: "end" }
  | { type: "unknown" };

const STATES: readonly string[] = [
  "idle",
  "connecting",
  "running",
  "silent",
  "backing-off",
  "refused",
  "busy",
];

class Fields {
  constructor(private readonly value: object) {}

  text(name: string): string {
    const found: unknown = Reflect.get(this.value, name);
    return typeof found === "string" ? found : "";
  }

  number(name: string): number {
    const found: unknown = Reflect.get(this.value, name);
    return typeof found === "number" ? found : 0;
  }

  moment(name: string): number {
    return Date.parse(this.text(name));
  }
}

/** Read one text message; what cannot be understood is `unknown`, never an exception. */
export function parseMessage(text: string): MediaMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { type: "unknown" };
  }
  if (typeof value !== "object" || value === null) return { type: "unknown" };
  const fields = new Fields(value);
  switch (fields.text("type")) {
    case "state":
      return camera(fields);
    case "init":
      return init(fields);
    case "stills":
      return { type: "stills", code: fields.text("code"), reason: fields.text("reason") };
    case "fallback":
      return { type: "fallback", code: fields.text("code"), reason: fields.text("reason") };
    case "skipped":
      return { type: "skipped", pictures: fields.number("pictures") };
    case "gap":
      return gap(fields);
    case "seeked":
      return { type: "seeked", from: fields.moment("from") };
    case "end":
      return { type: "end" };
    default:
      return { type: "unknown" };
  }
}

function camera(fields: Fields): MediaMessage {
  const state = fields.text("state");
  if (!STATES.includes(state)) return { type: "unknown" };
  return {
    type: "state",
    camera: {
      state: state as SourceState,
      reason: fields.text("reason") || null,
      since: fields.text("since") || null,
    },
  };
}

function init(fields: Fields): MediaMessage {
  const mime = fields.text("mime");
  if (!mime) return { type: "unknown" };
  return {
    type: "init",
    init: {
      mime,
      width: fields.number("width"),
      height: fields.number("height"),
      run: fields.text("run"),
      profile: fields.text("profile"),
      utc: fields.moment("utc"),
      codec: fields.text("codec"),
    },
  };
}

function gap(fields: Fields): MediaMessage {
  const from = fields.moment("from");
  const to = fields.moment("to");
  if (Number.isNaN(from) || Number.isNaN(to)) return { type: "unknown" };
  return { type: "gap", from, to, cause: (fields.text("cause") || "unknown") as GapCause };
}
