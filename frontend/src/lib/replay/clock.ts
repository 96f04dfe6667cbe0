/** The one clock of a replay. Moments are ms since 1970, `now` is of `performance.now()`. No timers. */

export class MasterClock {
  #base = 0;
  #since = 0;
  #rate = 1;
  #runs = false;

  constructor(moment: number, now: number) {
    this.#base = moment;
    this.#since = now;
  }

  get rate(): number {
    return this.#rate;
  }

  get runs(): boolean {
    return this.#runs;
  }

  at(now: number): number {
    return this.#runs ? this.#base + (now - this.#since) * this.#rate : this.#base;
  }

  go(now: number): void {
    this.#since = this.#runs ? this.#since : now;
    this.#runs = true;
  }

  stop(now: number): void {
    this.set(this.at(now), now);
    this.#runs = false;
  }

  set(moment: number, now: number): void {
    this.#base = moment;
    this.#since = now;
  }

  setRate(rate: number, now: number): void {
    this.set(this.at(now), now);
    this.#rate = rate;
  }
}

/** What one picture does at the clock's moment. */
export type CellState = "ready" | "waiting" | "gap" | "off";

/** For how long the others wait for a picture that has not come. */
const PATIENCE_MS = 1200;
const LONGEST_MS = 3000;
/** Nothing has come from anywhere: the clock goes on all the same, and what comes catches up. */
const NOTHING_MS = 10_000;
/** So long after a wait none begins: a camera that is too slow must not stop the others again and again. */
const GRACE_MS = 8000;

/** Whether the clock stands still until pictures have come. Pure but for what it remembers: since when it waits. */
export class Waiting {
  #since: number | null = null;
  #graceUntil = 0;

  get waits(): boolean {
    return this.#since !== null;
  }

  /** Everything is asked for anew. */
  begin(now: number): void {
    this.#since = now;
    this.#graceUntil = 0;
  }

  /** Returns whether the clock waits; `chosen` is the picture that is looked at, where there is one. */
  look(states: readonly CellState[], chosen: CellState | null, now: number): boolean {
    const waiting = states.filter((state) => state === "waiting").length;
    const ready = states.filter((state) => state === "ready").length;
    if (this.#since === null) {
      const many = chosen === "waiting" || waiting > ready;
      if (waiting > 0 && many && now >= this.#graceUntil) this.#since = now;
      return this.waits;
    }
    const waited = now - this.#since;
    const enough = chosen !== "waiting" && ready >= waiting;
    const over =
      waiting === 0 ||
      (waited > PATIENCE_MS && enough) ||
      (waited > LONGEST_MS && ready > 0) ||
      waited > NOTHING_MS;
    if (over) {
      this.#since = null;
      this.#graceUntil = waiting === 0 ? now : now + GRACE_MS;
    }
    return this.waits;
  }
}
