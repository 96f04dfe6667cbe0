/** The boards of a case, and the one that is worked on. */
import { getCase, type WholeCase } from "../api/cases";
import { purposeOf, say } from "../api/purpose";
import {
  addPoint,
  beginTrace,
  deleteTrace,
  removePoint,
  sayOfLink,
  tracesOf,
  type LinkState,
  type NewPoint,
  type Trace,
  type TraceKind,
  type TraceLink,
  type TracePoint,
} from "../api/traces";
import { stepsOf } from "./way";

export class Board {
  one = $state.raw<WholeCase | null>(null);
  traces = $state.raw<Trace[]>([]);
  /** Whether one may begin a board. */
  may = $state(false);
  chosen = $state<string | null>(null);
  loading = $state(true);
  problem = $state.raw<unknown>(null);
  /** Something is being sent. */
  busy = $state(false);

  /** What was put on the board since the page was opened, as it was put: so it can be put there again. */
  readonly #origins: Record<string, NewPoint> = {};

  constructor(readonly number: string) {}

  readonly trace = $derived(this.traces.find(({ id }) => id === this.chosen) ?? this.traces[0] ?? null);
  readonly steps = $derived(this.trace ? stepsOf(this.trace) : []);

  async load(signal: AbortSignal): Promise<void> {
    this.loading = true;
    this.problem = null;
    try {
      const [one, { may, traces }] = await Promise.all([
        getCase(this.number, signal),
        tracesOf(this.number, signal),
      ]);
      // What the footage is looked at for is the case.
      for (const { camera } of one.footage) if (!purposeOf(camera)) say(camera, one.number);
      this.one = one;
      this.may = may;
      this.traces = traces;
    } catch (error) {
      if (!signal.aborted) this.problem = error;
    } finally {
      if (!signal.aborted) this.loading = false;
    }
  }

  async begin(title: string, kind: TraceKind): Promise<void> {
    const made = await this.#sent(() => beginTrace(this.number, title, kind));
    this.traces = [...this.traces, made];
    this.chosen = made.id;
  }

  async delete(trace: Trace): Promise<void> {
    await this.#sent(() => deleteTrace(this.number, trace.id));
    this.traces = this.traces.filter(({ id }) => id !== trace.id);
    this.chosen = null;
  }

  /** Put a picture on the board; returns the point that it became. */
  async add(trace: Trace, point: NewPoint): Promise<TracePoint | null> {
    const before = trace.points.map(({ id }) => id);
    const after = await this.#sent(() => addPoint(this.number, trace.id, point));
    this.#put(after);
    const made = after.points.find(({ id }) => !before.includes(id)) ?? null;
    if (made) this.#origins[made.id] = point;
    return made;
  }

  async remove(trace: Trace, point: TracePoint): Promise<void> {
    this.#put(await this.#sent(() => removePoint(this.number, trace.id, point.id)));
  }

  /** Whether it is known how a point came onto the board: else it comes back as the moment that it was. */
  knows = (point: TracePoint): boolean => point.id in this.#origins;

  /** Put a point on the board again that was taken off. */
  async restore(trace: Trace, { id, camera, at, note }: TracePoint): Promise<void> {
    const now = this.traces.find((one) => one.id === trace.id) ?? trace;
    await this.add(now, this.#origins[id] ?? { camera, at, note });
  }

  async say(trace: Trace, link: TraceLink, state: LinkState, note: string): Promise<void> {
    this.#put(await this.#sent(() => sayOfLink(this.number, trace.id, link, state, note)));
  }

  #put(after: Trace): void {
    this.traces = this.traces.map((one) => (one.id === after.id ? after : one));
  }

  async #sent<T>(work: () => Promise<T>): Promise<T> {
    this.busy = true;
    try {
      return await work();
    } finally {
      this.busy = false;
    }
  }
}
