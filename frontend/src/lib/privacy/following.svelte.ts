/** One region of a film being carried along with what is in it: how far it is, how it ended, how to take it back. */
import { followed, type FollowEnd } from "../api/following";
import type { Film } from "./film.svelte";
import { carried, cornersAt, type Region } from "./regions";

export interface Found {
  ended: FollowEnd;
  reached: number;
  certainty: number;
}

export class Following {
  running = $state(false);
  share = $state(0);
  problem = $state.raw<unknown>(null);
  found = $state.raw<Found | null>(null);
  #before: Region[] = [];
  #ending: AbortController | null = null;

  constructor(readonly film: Film) {}

  /** Follow from the moment that is looked at to another one; what is drawn meanwhile is not lost. */
  async run(to: number): Promise<void> {
    const { film } = this;
    const [region, at] = [film.chosen, film.at];
    if (!region || this.running) return;
    const ending = new AbortController();
    this.#ending = ending;
    this.running = true;
    this.share = 0;
    this.problem = this.found = null;
    try {
      const asked = { at_s: at, to_s: to, corners: cornersAt(region, at) };
      const way = await followed(film.camera, film.stamp(0), asked, ending.signal, (reached) => {
        this.share = Math.min(1, Math.abs(reached - at) / Math.max(0.1, Math.abs(to - at)));
      });
      const number = film.regions.indexOf(region);
      if (ending.signal.aborted || number < 0) return;
      this.#before = film.regions;
      film.replace(number, carried(region, at, way, film.length));
      this.found = { ended: way.ended, reached: way.reached_s, certainty: way.certainty };
      film.go(way.reached_s);
    } catch (error) {
      if (!ending.signal.aborted) this.problem = error;
    } finally {
      if (this.#ending === ending) this.running = false;
    }
  }

  stop(): void {
    this.#ending?.abort();
    this.running = false;
  }

  undo(): void {
    this.film.restore(this.#before);
    this.found = null;
  }
}
