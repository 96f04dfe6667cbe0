/** The timeline of one camera as it is looked at: the view, and the footage in and around it. */
import * as api from "../api/client";
import { around, HOUR, lengthOf, pan, zoom, type View } from "../timeline/scale";
import { read, type Footage, type Held } from "../timeline/spans";
import { AtSite } from "./site.svelte";

const STALE_MS = 10_000;
const SETTLE_MS = 120;

export class Reel {
  view = $state.raw<View>(around(Date.now(), 2 * HOUR, 0.85));
  footage = $state.raw<Footage>({ asked: { from: 0, to: 0 }, spans: [], holes: [] });
  /** What of this camera is kept from being deleted; empty for who may not know. */
  holds = $state.raw<Held[]>([]);
  loaded = $state(false);
  #readAt = 0;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | null = null;

  /** What is still at the recorder. */
  readonly site: AtSite;

  constructor(readonly camera: string) {
    this.site = new AtSite(camera);
  }

  run(): () => void {
    void this.#read();
    const timer = setInterval(() => {
      if (!document.hidden && Date.now() - this.#readAt > STALE_MS && this.view.to > Date.now() - 60_000)
        void this.#read();
    }, 1000);
    return () => {
      clearInterval(timer);
      clearTimeout(this.#settle);
      this.#asking?.abort();
    };
  }

  look(view: View): void {
    this.view = view;
    const { asked } = this.footage;
    const inside = view.from >= asked.from && view.to <= asked.to;
    const coarse = lengthOf(view) * 12 < asked.to - asked.from;
    if (inside && !coarse) return;
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => void this.#read(), SETTLE_MS);
  }

  /** Something came from elsewhere: read it. */
  again(): void {
    void this.#read();
  }

  zoom(factor: number, about: number): void {
    this.look(zoom(this.view, factor, about, Date.now()));
  }

  pan(by: number): void {
    this.look(pan(this.view, by, Date.now()));
  }

  async readHolds(): Promise<void> {
    this.holds = (await api.holds(this.camera)).map(({ id, from, to, reason, by, until, ends_soon }) => ({
      id,
      from: Date.parse(from),
      to: Date.parse(to),
      reason,
      by,
      until: until === null ? null : Date.parse(until),
      soon: ends_soon,
    }));
  }

  async #read(): Promise<void> {
    const length = lengthOf(this.view);
    const asked = { from: this.view.from - length, to: this.view.to + length };
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#readAt = Date.now();
    try {
      this.footage = read(await api.timeline(this.camera, asked.from, asked.to, asking.signal), asked);
      this.loaded = true;
    } catch {
      // Asked again within ten seconds, or at the next move; what is shown stays.
    }
  }
}

export interface Clip {
  from: number;
  to: number;
}
