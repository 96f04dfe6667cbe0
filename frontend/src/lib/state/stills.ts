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

/**
 * Why there is no still: it is being made of several pictures, there is none, it takes a purpose to be said first,
 * or the server cannot tell now.
 */
export type Missing =
  | { is: "collecting"; collected: number; needed: number }
  | { is: "none" }
  | { is: "purpose" }
  | { is: "unreachable" };

/** Takes the newest still; null when it could not be had this time, and why. */
type Show = (still: Still | null, missing: Missing | null) => void;

interface Seat {
  url: string;
  show: Show;
  /** How far apart the pictures are asked for, ms. */
  period: number;
  due: number;
  busy: boolean;
  etag: string | null;
}

const PERIOD_MS = 10_000;
const FAILED_MS = 20_000;
/** More often than the server's samples are apart, so that it goes on taking them. */
const COLLECTING_MS = 12_000;
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

  /** Keep showing the still at `url`, a new one every `period` ms, until the returned function is called. */
  join(url: string, show: Show, period = PERIOD_MS): () => void {
    const seat: Seat = { url, show, period, due: 0, busy: false, etag: null };
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
    let wait = seat.period;
    try {
      // What everybody sees may come from a cache for as long as its headers say; what is private is asked for.
      const cache = seat.url.startsWith("/media/public/") ? "default" : "no-cache";
      const response = await fetch(seat.url, { cache, signal: AbortSignal.timeout(15_000) });
      if (response.ok) await this.#show(seat, response);
      else {
        const missing = await missingOf(response);
        // Each refusal is in the access log: nobody is asked again who would be refused again.
        if (missing.is === "purpose") wait = Infinity;
        else wait = missing.is === "collecting" ? COLLECTING_MS : Math.min(FAILED_MS, 2 * seat.period);
        this.#tell(seat, missing);
      }
    } catch {
      wait = FAILED_MS;
      this.#tell(seat, { is: "unreachable" });
    } finally {
      this.#flying -= 1;
      seat.busy = false;
      seat.due = Date.now() + wait * (0.9 + Math.random() * 0.2);
      this.#turn();
    }
  }

  #tell(seat: Seat, missing: Missing): void {
    seat.etag = null;
    if (this.#seats.has(seat)) seat.show(null, missing);
  }

  async #show(seat: Seat, response: Response): Promise<void> {
    const etag = response.headers.get("etag");
    if (etag !== null && etag === seat.etag) return;
    const picture = await response.blob();
    if (!this.#seats.has(seat)) return;
    seat.etag = etag;
    seat.show({ url: URL.createObjectURL(picture), takenAt: takenAt(response.headers, Date.now()) }, null);
  }
}

/** When a picture was taken by this device's clock, which may be minutes off the server's; null where nobody says. */
export function takenAt(headers: Headers, now: number): number | null {
  const taken = Date.parse(headers.get("ronda-picture-time") ?? "");
  if (Number.isNaN(taken)) return null;
  const served = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(served) ? taken : now - Math.max(0, served - taken);
}

/** Read why a still was refused. */
export async function missingOf(response: Response): Promise<Missing> {
  if (response.status !== 503 && response.status !== 403) {
    return { is: response.status < 500 ? "none" : "unreachable" };
  }
  const problem: unknown = await response.json().catch(() => null);
  const part = (name: string): unknown =>
    typeof problem === "object" && problem !== null ? Reflect.get(problem, name) : undefined;
  if (response.status === 403) return { is: part("code") === "purpose-needed" ? "purpose" : "none" };
  const collected = part("collected");
  const needed = part("needed");
  if (part("state") !== "collecting" || typeof collected !== "number" || typeof needed !== "number") {
    return { is: "unreachable" };
  }
  return { is: "collecting", collected, needed };
}

export const stills = new StillRound();
