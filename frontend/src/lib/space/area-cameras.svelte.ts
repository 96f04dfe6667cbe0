/** Cameras of one area, so many at a time: a city's 14,000 are never read at once. States are kept fresh. */
import { camerasOf } from "../api/space";
import type { Camera } from "../api/types";

const PAGE = 24;
/** As many at most, however often somebody asks for more: each is a picture every ten seconds. */
const MOST = 240;
const FRESH_MS = 15_000;
const FAILED_MS = 4000;

export class AreaCameras {
  list = $state.raw<Camera[]>([]);
  total = $state(0);
  ready = $state(false);
  failed = $state(false);
  query = $state("");
  #limit: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | null = null;

  constructor(
    readonly area: string,
    readonly page = PAGE,
  ) {
    this.#limit = page;
  }

  /** There are more, and they may still be shown. */
  get hasMore(): boolean {
    return this.list.length < Math.min(this.total, MOST);
  }

  run(): () => void {
    void this.load();
    return () => {
      clearTimeout(this.#timer);
      this.#asking?.abort();
    };
  }

  search(query: string): void {
    this.query = query;
    this.#limit = this.page;
    void this.load();
  }

  more(): void {
    this.#limit = Math.min(this.#limit + this.page, MOST);
    void this.load();
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    let wait = FRESH_MS;
    try {
      const q = this.query.trim();
      const found = await camerasOf(this.area, this.#limit, q ? { q } : {}, asking.signal);
      this.list = found.cameras;
      this.total = found.total;
      this.ready = true;
      this.failed = false;
    } catch {
      if (asking.signal.aborted) return;
      this.failed = true;
      wait = FAILED_MS;
    }
    this.#timer = setTimeout(() => void this.#again(), wait);
  }

  async #again(): Promise<void> {
    if (document.hidden) this.#timer = setTimeout(() => void this.#again(), FRESH_MS);
    else await this.load();
  }
}
