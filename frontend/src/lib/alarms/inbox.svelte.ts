/** The alarms of one state, the one that is looked at, and what came in since. Read again whenever the feed tells of one. */
import { alarm as readAlarm, inbox, type Alarm, type AlarmWhole } from "../api/alarms";
import { follow } from "../api/events";

export type Tab = "open" | "closed";
const SOON_MS = 300;
const AGAIN_MS = 30_000;
const PAGE = "100";
/** Alarms that are remembered, so that one that leaves the list and returns is not taken for new. */
const KNOWN = 1000;

export class AlarmInbox {
  alarms = $state.raw<Alarm[]>([]);
  counts = $state.raw<Record<string, number>>({});
  openCameras = $state.raw<string[]>([]);
  next = $state<string | null>(null);
  loading = $state(true);
  problem = $state.raw<unknown>(null);
  /** The one that is looked at, with everything that belongs to it. */
  whole = $state.raw<AlarmWhole | null>(null);
  /** Those that came in while the page was open: shown as new until they are looked at. */
  fresh = $state.raw<readonly string[]>([]);
  #tab: Tab = "open";
  #camera = "";
  #id: string | null = null;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #stop = new AbortController();
  #known: readonly string[] | null = null;
  /** Called when an alarm comes in. */
  onfresh: (alarms: readonly Alarm[]) => void = () => undefined;

  get id(): string | null {
    return this.#id;
  }

  /** Follow the feed until the returned function is called. */
  run(): () => void {
    const feed = follow(
      (event) => {
        if (event.kind === "alarm" || event.kind === "dispatch" || event.kind === "resync") this.#readSoon();
      },
      (up) => {
        if (up) this.#readSoon();
      },
    );
    const timer = setInterval(() => this.#readSoon(), AGAIN_MS);
    return () => {
      feed.close();
      clearInterval(timer);
      clearTimeout(this.#soon);
      this.#stop.abort();
    };
  }

  async begin(tab: Tab, camera: string, id: string | null): Promise<void> {
    this.#tab = tab;
    this.#camera = camera;
    this.#known = null;
    this.loading = true;
    this.alarms = [];
    if (id) await this.choose(id);
    await this.read();
  }

  async read(): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    try {
      const found = await inbox(this.#query(), signal);
      this.#noteFresh(found.alarms);
      this.alarms = found.alarms;
      this.counts = found.counts;
      this.openCameras = found.open_cameras;
      this.next = found.next;
      this.problem = null;
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error;
    }
    this.loading = false;
    const [first] = this.alarms;
    if (!this.#id && first) await this.choose(first.id);
    else if (this.#id) await this.#readWhole(this.#id);
  }

  async more(): Promise<void> {
    if (!this.next) return;
    const found = await inbox({ ...this.#query(), after: this.next });
    this.alarms = [...this.alarms, ...found.alarms];
    this.next = found.next;
  }

  async choose(id: string): Promise<void> {
    this.#id = id;
    this.fresh = this.fresh.filter((one) => one !== id);
    await this.#readWhole(id);
  }

  /** Look at the next one, or at the one before. */
  async step(by: number): Promise<void> {
    const now = this.alarms.findIndex((one) => one.id === this.#id);
    const next = this.alarms[Math.max(0, now + by)];
    if (next) await this.choose(next.id);
  }

  /** Something was done to it: what has left this list leaves it, and the next one is looked at. */
  async changed(after: AlarmWhole): Promise<void> {
    const stays = (after.state === "closed") === (this.#tab === "closed");
    const was = this.alarms.findIndex((one) => one.id === after.id);
    if (after.id === this.#id) this.whole = after;
    if (stays) {
      this.alarms = this.alarms.map((one) => (one.id === after.id ? after : one));
    } else if (was >= 0) {
      this.alarms = this.alarms.filter((one) => one.id !== after.id);
      const next = this.alarms[was] ?? this.alarms[was - 1];
      this.#id = null;
      this.whole = null;
      if (next) await this.choose(next.id);
    }
    this.#readSoon();
  }

  async #readWhole(id: string): Promise<void> {
    try {
      const whole = await readAlarm(id);
      if (this.#id === id) this.whole = whole;
    } catch (error) {
      if (this.#id !== id) return;
      this.whole = null;
      this.problem = error;
    }
  }

  #query(): Record<string, string> {
    const order = this.#tab === "closed" ? "time" : "priority";
    return { state: this.#tab, order, limit: PAGE, ...(this.#camera ? { camera: this.#camera } : {}) };
  }

  #readSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.read();
    }, SOON_MS);
  }

  #noteFresh(found: readonly Alarm[]): void {
    const known = this.#known;
    this.#known = [...found.map((one) => one.id), ...(known ?? [])].slice(0, KNOWN);
    if (!known) return;
    const fresh = found.filter((one) => one.state === "new" && !known.includes(one.id));
    if (fresh.length === 0) return;
    this.fresh = [...this.fresh, ...fresh.map((one) => one.id)];
    this.onfresh(fresh);
  }
}
