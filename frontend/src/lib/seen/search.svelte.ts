/** One search in what was seen: asked when a person says so, page by page. */
import { Refusal } from "../api/http";
import { seen, type Asked, type SeenThing, type Unseen } from "../api/seen";

export class SeenSearch {
  phase = $state<"open" | "searching" | "done" | "failed">("open");
  things = $state.raw<SeenThing[]>([]);
  gaps = $state.raw<Unseen[]>([]);
  moreGaps = $state(false);
  cameras = $state(0);
  counted = $state(0);
  /** How many cameras more would be searched for a purpose. */
  waiting = $state(0);
  /** Nothing at all is searched before somebody says what for. */
  purposeNeeded = $state(false);
  problem = $state.raw<unknown>(null);
  /** What the search was for. */
  purpose = $state("");
  next = $state<string | null>(null);
  #asked: Asked | null = null;
  #stop: AbortController | null = null;

  /** Search anew. */
  async ask(asked: Asked, purpose: string): Promise<void> {
    this.#asked = asked;
    this.purpose = purpose;
    this.things = [];
    this.gaps = [];
    this.next = null;
    await this.#read(null);
  }

  /** Read what comes after the last one. */
  async more(): Promise<void> {
    if (this.next && this.phase !== "searching") await this.#read(this.next);
  }

  async #read(after: string | null): Promise<void> {
    if (!this.#asked) return;
    this.#stop?.abort();
    const stop = new AbortController();
    this.#stop = stop;
    this.phase = "searching";
    this.problem = null;
    this.purposeNeeded = false;
    try {
      const answer = await seen(this.#asked, this.purpose, after, stop.signal);
      this.things = [...this.things, ...answer.found];
      if (after === null) {
        this.gaps = answer.gaps;
        this.moreGaps = answer.more_gaps;
      }
      this.cameras = answer.cameras;
      this.counted = answer.counted;
      this.waiting = answer.for_a_purpose;
      this.next = answer.next;
      this.phase = "done";
    } catch (error) {
      if (stop.signal.aborted) return;
      this.purposeNeeded = error instanceof Refusal && error.code === "purpose-needed";
      this.problem = this.purposeNeeded ? null : error;
      this.phase = this.purposeNeeded ? "open" : "failed";
    }
  }

  stop(): void {
    this.#stop?.abort();
  }
}
