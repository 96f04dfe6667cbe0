/**
 * Up to nine pasts in one clock: each camera plays for itself and is steered to the clock's moment ten times a
 * second. The clock waits a little for pictures that are on their way, and for none that are too slow.
 */
import { around, following, HOUR, pan, zoom, type View } from "../timeline/scale";
import { nextPicture } from "../timeline/spans";
import { Cell } from "./cell.svelte";
import { MasterClock, Waiting } from "./clock";

export const MOST_CELLS = 9;
export const RATES = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64] as const;
const BEAT_MS = 100;
/** This close to now nothing is recorded yet. */
const NOW_MS = 3000;

export class Conductor {
  cells = $state.raw<Cell[]>([]);
  moment = $state(0);
  playing = $state(true);
  rate = $state(1);
  /** The clock stands: pictures are on their way. */
  waiting = $state(false);
  /** The clock has reached now. */
  atNow = $state(false);
  view = $state.raw<View>(around(Date.now(), 2 * HOUR, 0.5));
  /** Which cell is shown large; null: all alike. */
  large = $state<number | null>(null);
  /** From opening to the first picture of all that have one, ms. */
  startedMs = $state<number | null>(null);

  #clock: MasterClock;
  #wait = new Waiting();
  #begun = 0;

  constructor(cameras: readonly { id: string; name: string }[], moment: number) {
    this.cells = cameras.slice(0, MOST_CELLS).map(({ id, name }) => new Cell(id, name));
    this.moment = moment;
    this.#clock = new MasterClock(moment, performance.now());
    this.look(around(moment, 2 * HOUR, 0.5));
  }

  run(): () => void {
    const reels = this.cells.map((cell) => cell.reel.run());
    const beat = setInterval(() => this.#tick(), BEAT_MS);
    this.#begun = performance.now();
    this.goTo(this.moment);
    return () => {
      clearInterval(beat);
      reels.forEach((stop) => stop());
    };
  }

  goTo(moment: number): void {
    const now = performance.now();
    const target = Math.min(moment, Date.now() - NOW_MS);
    this.#clock.stop(now);
    this.#clock.set(target, now);
    this.#wait.begin(now);
    this.waiting = true;
    this.moment = target;
    this.atNow = false;
    for (const cell of this.cells) cell.open(target);
    if (target < this.view.from || target > this.view.to)
      this.look(around(target, this.view.to - this.view.from, 0.5));
  }

  toggle(): void {
    this.playing = !this.playing;
  }

  skip(seconds: number): void {
    this.goTo(this.moment + seconds * 1000);
  }

  setRate(rate: number): void {
    this.rate = rate;
    this.#clock.setRate(rate, performance.now());
    for (const cell of this.cells) cell.setRate(rate);
  }

  /** Show one camera large, or all alike again. */
  enlarge(index: number): void {
    this.large = this.large === index || this.cells.length === 1 ? null : index;
  }

  /** The camera that a person works with: the large one, or the first. */
  get chosen(): Cell | null {
    return this.cells[this.large ?? 0] ?? null;
  }

  /** Slower or faster by one. */
  turn(by: 1 | -1): void {
    const index = RATES.findIndex((rate) => rate === this.rate);
    const next = RATES[index + by];
    if (next !== undefined) this.setRate(next);
  }

  /** One picture on or back, of the large one or the first that has pictures; the others go along. */
  stepPicture(steps: 1 | -1): void {
    this.playing = false;
    const first = this.large === null ? null : this.cells[this.large];
    const cell = first?.state === "ready" ? first : this.cells.find(({ state }) => state === "ready");
    const moment = cell?.stepPicture(steps) ?? this.moment + steps * 100;
    const now = performance.now();
    this.#clock.stop(now);
    this.#clock.set(moment, now);
    this.moment = moment;
  }

  /** Where any camera has pictures next. */
  get nextPictures(): number | null {
    const found = this.cells.map(({ reel }) => nextPicture(reel.footage.spans, this.moment));
    const some = found.filter((moment) => moment !== null);
    return some.length > 0 ? Math.min(...some) : null;
  }

  look(view: View): void {
    this.view = view;
    for (const cell of this.cells) cell.reel.look(view);
  }

  zoom(factor: number): void {
    this.look(zoom(this.view, factor, this.moment, Date.now()));
  }

  pan(by: number): void {
    this.look(pan(this.view, by, Date.now()));
  }

  /** Let the view follow what plays. */
  keepInView(): void {
    const view = following(this.view, this.moment);
    if (view !== this.view) this.look(view);
  }

  #tick(): void {
    const now = performance.now();
    const latest = Date.now() - NOW_MS;
    const moment = Math.min(this.#clock.at(now), latest);
    this.atNow = moment >= latest;
    const running = this.#clock.runs && !this.atNow;
    const states = this.cells.map((cell) => cell.follow(moment, running));
    const chosen = this.large === null ? null : (states[this.large] ?? null);
    const waits = this.#wait.look(states, chosen, now);
    this.waiting = waits && states.includes("waiting");
    this.moment = moment;
    if (this.startedMs === null && !states.includes("waiting")) this.startedMs = now - this.#begun;
    const runs = this.playing && !waits;
    if (runs && !this.#clock.runs) this.#clock.go(now);
    if (!runs && this.#clock.runs) this.#clock.stop(now);
  }
}
