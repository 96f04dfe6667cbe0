/** Reading the log page by page, newest first. */
import { looks, type Look, type Wanted } from "../api/accesslog";

export class Reader {
  entries = $state.raw<Look[]>([]);
  before = $state<number | null>(null);
  problem = $state.raw<unknown>(null);
  busy = $state(true);
  whole = $state(false);
  disputed = $state(false);
  #wanted: Wanted = {};
  #aborted: AbortController | null = null;

  /** Begin anew with what is wanted now. */
  async begin(wanted: Wanted): Promise<void> {
    this.#wanted = wanted;
    this.entries = [];
    this.before = null;
    await this.more();
  }

  /** Read what is older. */
  async more(): Promise<void> {
    this.#aborted?.abort();
    const aborted = (this.#aborted = new AbortController());
    this.busy = true;
    this.problem = null;
    try {
      const found = await looks(this.#wanted, this.before, 50, aborted.signal);
      this.entries = [...this.entries, ...found.entries];
      this.before = found.before;
      this.whole = found.whole;
      this.disputed = found.disputed;
    } catch (error) {
      if (aborted.signal.aborted) return;
      this.problem = error;
    }
    if (this.#aborted === aborted) this.busy = false;
  }

  stop(): void {
    this.#aborted?.abort();
  }
}
