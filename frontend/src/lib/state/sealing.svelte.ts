import * as api from "../api/exports";
import { speech } from "../i18n/language.svelte";
import { sentence } from "../i18n/problem";

const ASKED_MS = 700;

/** The sealed exports of one camera; those that are being made are followed. */
export class Sealing {
  exports = $state.raw<readonly api.SealedExport[]>([]);
  busy = $state(false);
  problem = $state<string | null>(null);

  constructor(readonly camera: string) {}

  /** Reads what there is, and follows what is being made, until the function that it returns is called. */
  run(): () => void {
    const stop = new AbortController();
    void this.#read();
    const timer = setInterval(() => void this.#follow(stop.signal), ASKED_MS);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }

  async seal(wanted: Omit<api.Wanted, "camera">): Promise<boolean> {
    return this.#attempt(async () => this.#put(await api.seal({ ...wanted, camera: this.camera })));
  }

  async remove(id: string): Promise<boolean> {
    return this.#attempt(async () => {
      await api.removeSealed(id);
      this.exports = this.exports.filter((one) => one.id !== id);
    });
  }

  async #read(): Promise<void> {
    try {
      this.exports = await api.sealedOf(this.camera);
    } catch {
      // Somebody who may seal may see; what cannot be read now is read when it is opened again.
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for (const one of this.exports.filter(({ state }) => state === "making")) {
      try {
        this.#put(await api.sealedNow(one.id, signal));
      } catch {
        // Asked again in a moment.
      }
    }
  }

  #put(after: api.SealedExport): void {
    const others = this.exports.filter(({ id }) => id !== after.id);
    this.exports = [after, ...others].sort((one, other) => other.at.localeCompare(one.at));
  }

  async #attempt(work: () => Promise<unknown>): Promise<boolean> {
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
