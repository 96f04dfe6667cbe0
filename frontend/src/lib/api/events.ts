/** The one event feed of a page, from text to typed events. */
import type { CameraState } from "./types";

export type FeedEvent =
  | { kind: "camera-status"; camera: string; state: CameraState }
  | { kind: "camera-added" | "camera-changed" | "camera-removed" | "alarm" | "dispatch"; camera: string }
  /** Events were lost: read everything again. */
  | { kind: "resync" }
  | { kind: "disk-alarm" | "disk-recovered"; detail: string };

export const FEED_KINDS = [
  "camera-status",
  "camera-added",
  "camera-changed",
  "camera-removed",
  "alarm",
  "dispatch",
  "disk-alarm",
  "disk-recovered",
  "resync",
] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

/** Read one event of the feed; null when it is not one that we know. */
export function parseFeedEvent(kind: FeedKind, data: string): FeedEvent | null {
  if (kind === "resync") return { kind };
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  if (kind === "disk-alarm" || kind === "disk-recovered") {
    const detail: unknown = Reflect.get(value, "detail");
    return { kind, detail: typeof detail === "string" ? detail : JSON.stringify(detail ?? "") };
  }
  const camera: unknown = Reflect.get(value, "camera");
  if (typeof camera !== "string") return null;
  if (kind !== "camera-status") return { kind, camera };
  const state: unknown = Reflect.get(value, "state");
  if (typeof state !== "object" || state === null) return null;
  return { kind, camera, state: state as CameraState };
}

export interface Feed {
  /** The server refused it: it will not come back by itself. */
  readonly ended: boolean;
  close(): void;
}

/** Follow the feed until `close`; `onLink` says whether it is connected. */
export function follow(onEvent: (event: FeedEvent) => void, onLink: (up: boolean) => void): Feed {
  const source = new EventSource("/api/v1/events");
  source.onopen = () => onLink(true);
  source.onerror = () => onLink(false);
  for (const kind of FEED_KINDS) {
    source.addEventListener(kind, (message: MessageEvent<string>) => {
      const event = parseFeedEvent(kind, message.data);
      if (event) onEvent(event);
    });
  }
  return {
    get ended() {
      return source.readyState === EventSource.CLOSED;
    },
    close: () => source.close(),
  };
}
