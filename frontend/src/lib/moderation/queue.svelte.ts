/** The reports of one state, newest first, and the one that is looked at. */
import { queue as ask, type Report, type ReportState } from "../api/moderation";

export class Queue {
  reports = $state.raw<Report[]>([]);
  counts = $state.raw<Partial<Record<ReportState, number>>>({});
  before = $state<string | null>(null);
  loading = $state(true);
  problem = $state.raw<unknown>(null);
  #id = $state<string | null>(null);
  #state: ReportState = "new";
  #area = "";
  #stop = new AbortController();

  get chosen(): Report | null {
    return this.reports.find((one) => one.id === this.#id) ?? this.reports[0] ?? null;
  }

  async begin(state: ReportState, area: string): Promise<void> {
    this.stop();
    this.#stop = new AbortController();
    this.#state = state;
    this.#area = area;
    this.reports = [];
    this.loading = true;
    await this.#read(null);
  }

  async more(): Promise<void> {
    if (this.before) await this.#read(this.before);
  }

  stop(): void {
    this.#stop.abort();
  }

  choose(id: string): void {
    this.#id = id;
  }

  /** Look at the next one, or at the one before. */
  step(by: number): void {
    const now = this.reports.findIndex((one) => one.id === this.chosen?.id);
    const next = this.reports[now + by];
    if (next) this.#id = next.id;
  }

  /** Somebody decided: what has left this state leaves the list, and the next one is looked at. */
  decided(after: Report): void {
    const at = this.reports.findIndex((one) => one.id === after.id);
    const was = this.reports[at];
    if (!was) return;
    if (after.state === this.#state) {
      this.reports = this.reports.map((one) => (one.id === after.id ? after : one));
      return;
    }
    const count = (state: ReportState, by: number): number => Math.max(0, (this.counts[state] ?? 0) + by);
    this.counts = {
      ...this.counts,
      [was.state]: count(was.state, -1),
      [after.state]: count(after.state, 1),
    };
    this.reports = this.reports.filter((one) => one.id !== after.id);
    this.#id = (this.reports[at] ?? this.reports[at - 1])?.id ?? null;
  }

  async #read(before: string | null): Promise<void> {
    const { signal } = this.#stop;
    try {
      const found = await ask(this.#state, this.#area, before, signal);
      this.reports = before ? [...this.reports, ...found.reports] : found.reports;
      this.counts = found.counts;
      this.before = found.before;
      this.problem = null;
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error;
    }
    this.loading = false;
  }
}
