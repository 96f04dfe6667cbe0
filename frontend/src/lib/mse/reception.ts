/** What is common to the live and the past picture: what a media socket's bytes are, and what its close codes say. */
import type { Init } from "./messages";

/** What the next binary message is. */
export type Expecting = "nothing" | "init-segment" | "fragment" | "jpeg";

/** The part of a model that says what bytes are. */
export interface Reception {
  init: Init | null;
  expecting: Expecting;
}

/** What is to be done with bytes. */
export type Delivery =
  | { do: "begin"; init: Init; segment: ArrayBuffer }
  | { do: "append"; fragment: ArrayBuffer }
  | { do: "paint"; jpeg: ArrayBuffer };

/** It may not be watched any more. */
export const WITHDRAWN = 4403;
/** The camera's still is to be shown in place of video. */
export const FALLBACK = 4406;

export function received<Model extends Reception>(model: Model, bytes: ArrayBuffer): [Model, Delivery[]] {
  switch (model.expecting) {
    case "init-segment":
      if (!model.init) return [model, []];
      return [{ ...model, expecting: "fragment" }, [{ do: "begin", init: model.init, segment: bytes }]];
    case "fragment":
      return [model, [{ do: "append", fragment: bytes }]];
    case "jpeg":
      return [model, [{ do: "paint", jpeg: bytes }]];
    case "nothing":
      return [model, []];
  }
}
