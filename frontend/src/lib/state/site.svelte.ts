/** What of a camera's past is still at its recorder, and what is on its way here. */
import * as api from "../api/fetching";
import { sentence } from "../i18n/problem";
import { speech } from "../i18n/language.svelte";
import type { Stretch } from "../timeline/spans";

const POLL_MS = 2_000;
const OPEN = ["waiting", "fetching"];

const stretch = ({ from, to }: { from: string; to: string }): Stretch => ({
  from: Date.parse(from),
  to: Date.parse(to),
});

export class AtSite {
  /** What the recorder has that is not here; null before it was asked. */
  told = $state.raw<(api.SiteFootage & { asked: Stretch }) | null>(null);
  orders = $state.raw<api.Fetch[]>([]);
  busy = $state(false);
  problem = $state<string | null>(null);
  readonly there = $derived(this.told?.at_site.map(stretch) ?? []);
  readonly coming = $derived(this.orders.filter(({ state }) => OPEN.includes(state)).map(stretch));

  constructor(readonly camera: string) {}

  /** Follow the orders; `arrived` is called when something came. */
  run(arrived: () => void): () => void {
    const look = (): Promise<void> => this.#look(arrived).catch(() => undefined);
    void look();
    const timer = setInterval(() => {
      if (!document.hidden && this.coming.length > 0) void look();
    }, POLL_MS);
    return () => clearInterval(timer);
  }

  ask(from: number, to: number): Promise<boolean> {
    return this.#attempt(async () => {
      this.told = { ...(await api.siteFootage(this.camera, from, to)), asked: { from, to } };
    });
  }

  fetch(wanted: { from: number; to: number; when: api.Fetch["when"]; mbps: number }): Promise<boolean> {
    return this.#attempt(async () => {
      const made = await api.fetchStretch(this.camera, wanted);
      this.orders = [made, ...this.orders];
      this.told = null;
    });
  }

  stop(id: string): Promise<boolean> {
    return this.#attempt(async () => {
      await api.stopFetch(id);
      this.orders = await api.fetches(this.camera);
    });
  }

  async #look(arrived: () => void): Promise<void> {
    const before = this.orders;
    this.orders = await api.fetches(this.camera);
    const moved = this.orders.some(({ id, progress }) => {
      const known = before.find((one) => one.id === id);
      return known !== undefined && known.progress !== progress;
    });
    if (moved) arrived();
  }

  async #attempt(work: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.problem = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = sentence(error, speech.language);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
