/** What a camera's state means to a person: alive, waiting, dead or at rest. */
import type { Camera } from "./api/types";

export type Health = "alive" | "waiting" | "dead" | "resting";

/** How long a camera may take to connect before it counts as dead, ms. */
export const PATIENCE_MS = 30_000;

export function health(camera: Camera, now: number): Health {
  const { state, last_picture, since } = camera.state;
  switch (state) {
    case "running":
      return "alive";
    case "idle":
    case "busy":
      return "resting";
    case "connecting": {
      const lastSign = last_picture ?? since;
      return lastSign !== null && now - Date.parse(lastSign) > PATIENCE_MS ? "dead" : "waiting";
    }
    case "silent":
    case "backing-off":
    case "refused":
      return "dead";
  }
}

/** When the pictures ended, ms since 1970; null when there never was one. */
export function silentSince(camera: Camera): number | null {
  const at = camera.state.last_picture ?? camera.state.since;
  return at === null ? null : Date.parse(at);
}
