/**
 * Stills of the tiles that can be seen: each asked for again every ten seconds, spread out, a few at a
 * time, with the server's ETag, and never while the page is hidden.
 */

export interface Still {
  /** Object URL of the picture, which belongs to whoever is shown it: they let it go. */
  url: string;
  /** When the picture was taken, ms since 1970; null when the server did not say. */
  takenAt: number | null;
}

/** Takes the newest still; null when it could not be had this time. */
type Show = (still: Still | null) => void;

interface Seat {
  url: string;
  show: Show;
  due: number;
  busy: boolean;
  etag: string | null;
}

const PERIOD_MS = 10_000;
const FAILED_MS = 20_000;
const AT_ONCE = 4;

/** The picture that a component shows: lets the one before go when the next one is there, and the last with itself. */
export class ShownStill {
  #url: string | null = null;

  take(url: string): string {
    const before = this.#url;
    this.#url = url;
    if (before) setTimeout(() => URL.revokeObjectURL(before), 1000);
    return url;
  }

  close(): void {
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = null;
  }
}

export class StillRound {
  #seats = new Set<Seat>();
  #flying = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Keep showing the still at `url` until the returned function is called. */
  join(url: string, show: Show): () => void {
    const seat: Seat = { url, show, due: 0, busy: false, etag: null };
    this.#seats.add(seat);
    this.#timer ??= setInterval(() => this.#turn(), 200);
    this.#turn();
    return () => {
      this.#seats.delete(seat);
      if (this.#seats.size === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
      }
    };
  }

  #turn(): void {
    if (document.hidden) return;
    const now = Date.now();
    for (const seat of this.#seats) {
      if (this.#flying >= AT_ONCE) return;
      if (!seat.busy && seat.due <= now) void this.#fetch(seat);
    }
  }

  async #fetch(seat: Seat): Promise<void> {
    seat.busy = true;
    this.#flying += 1;
    let wait = PERIOD_MS;
    try {
      // What everybody sees may come from a cache for as long as its headers say; what is private is asked for.
      const cache = seat.url.startsWith("/media/public/") ? "default" : "no-cache";
      const response = await fetch(seat.url, { cache, signal: AbortSignal.timeout(15_000) });
      if (response.ok) await this.#show(seat, response);
      else {
        wait = FAILED_MS;
        seat.show(null);
      }
    } catch {
      wait = FAILED_MS;
      seat.show(null);
    } finally {
      this.#flying -= 1;
      seat.busy = false;
      seat.due = Date.now() + wait * (0.9 + Math.random() * 0.2);
      this.#turn();
    }
  }

  async #show(seat: Seat, response: Response): Promise<void> {
    const etag = response.headers.get("etag");
    if (etag !== null && etag === seat.etag) return;
    const picture = await response.blob();
    if (!this.#seats.has(seat)) return;
    seat.etag = etag;
    const taken = Date.parse(response.headers.get("ronda-picture-time") ?? "");
    seat.show({ url: URL.createObjectURL(picture), takenAt: Number.isNaN(taken) ? null : taken });
  }
}

export const stills = new StillRound();
