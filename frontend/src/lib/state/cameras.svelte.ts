/** The cameras as the page knows them: read once, then kept fresh by the event feed. */
import * as api from "../api/client";
import { follow, type Feed, type FeedEvent } from "../api/events";
import type { Camera, CameraState } from "../api/types";
import { pulse } from "./pulse.svelte";

export type Phase = "loading" | "ready" | "forbidden";

const RETRY_MS = 4000;
/** The feed is lost: how soon to ask whether the server is. */
const FEED_LOST_MS = 1000;

class Cameras {
  list = $state.raw<Camera[]>([]);
  phase = $state<Phase>("loading");
  /** The server does not answer: what is shown may be old. */
  gone = $state(false);
  disk = $state<string | null>(null);
  #retry: ReturnType<typeof setTimeout> | undefined;
  #feed: Feed | null = null;
  #linked = true;
  #pending = new Map<string, CameraState>();
  #flush: ReturnType<typeof setTimeout> | undefined;

  find(id: string): Camera | undefined {
    return this.list.find((camera) => camera.id === id);
  }

  /** Start following; returns how to stop. */
  run(): () => void {
    this.#follow();
    void this.load();
    return () => {
      this.#feed?.close();
      clearTimeout(this.#retry);
      clearTimeout(this.#flush);
    };
  }

  #follow(): void {
    this.#feed?.close();
    this.#feed = follow(
      (event) => this.#take(event),
      (up) => {
        if (up && (!this.#linked || this.gone)) void this.load();
        if (!up && this.phase === "ready") {
          clearTimeout(this.#retry);
          this.#retry = setTimeout(() => void this.load(), FEED_LOST_MS);
        }
        this.#linked = up;
      },
    );
  }

  async load(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      this.list = await (pulse.whole ? api.cameras() : this.#known());
      this.phase = "ready";
      this.gone = false;
      // Refused before, as to a stranger, and now perhaps not any more.
      if (this.#feed?.ended) this.#follow();
    } catch (error) {
      if (error instanceof api.Refusal && (error.status === 401 || error.status === 403)) {
        this.phase = "forbidden";
        this.gone = false;
        return;
      }
      this.gone = true;
      this.#retry = setTimeout(() => void this.load(), RETRY_MS);
    }
  }

  /** Those that were opened one by one, read again; one that is gone is left out. */
  async #known(): Promise<Camera[]> {
    const found = await Promise.all(
      this.list.map((camera) =>
        api.camera(camera.id).catch((error: unknown) => {
          if (error instanceof api.Refusal && (error.status === 403 || error.status === 404)) return null;
          throw error;
        }),
      ),
    );
    return found.filter((camera) => camera !== null);
  }

  #take(event: FeedEvent): void {
    switch (event.kind) {
      case "camera-status":
        this.#pending.set(event.camera, event.state);
        this.#flush ??= setTimeout(() => this.#apply(), 250);
        return;
      case "camera-removed":
        this.drop(event.camera);
        return;
      case "camera-added":
      case "camera-changed":
        if (pulse.whole || this.find(event.camera)) void this.#fetch(event.camera);
        return;
      case "resync":
        void this.load();
        return;
      case "disk-alarm":
        this.disk = event.detail;
        return;
      case "disk-recovered":
        this.disk = null;
    }
  }

  /** A city's statuses come in bursts: one change of the list for each. */
  #apply(): void {
    this.#flush = undefined;
    const pending = this.#pending;
    this.#pending = new Map();
    this.list = this.list.map((camera) => {
      const state = pending.get(camera.id);
      return state ? { ...camera, state } : camera;
    });
  }

  async #fetch(id: string): Promise<void> {
    try {
      this.put(await api.camera(id));
    } catch {
      void this.load();
    }
  }

  drop(id: string): void {
    this.list = this.list.filter((camera) => camera.id !== id);
  }

  put(camera: Camera): void {
    const known = this.list.some((other) => other.id === camera.id);
    this.list = known
      ? this.list.map((other) => (other.id === camera.id ? camera : other))
      : [...this.list, camera];
  }
}

export const cameras = new Cameras();
