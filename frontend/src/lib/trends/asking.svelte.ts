/** Something asked of the server, and asked again while it is looked at. */
const AGAIN_MS = 300_000;

export class Asking<T> {
  found = $state.raw<T | null>(null);
  problem = $state.raw<unknown>(null);
  #turn = $state(0);

  /** Call within an effect: asks, and asks again every five minutes; what `ask` reads of the page's state is followed. */
  follow(ask: (signal: AbortSignal) => Promise<T>): () => void {
    void this.#turn;
    const stop = new AbortController();
    ask(stop.signal).then(
      (all) => {
        this.found = all;
        this.problem = null;
      },
      (error: unknown) => {
        if (!stop.signal.aborted) this.problem = error;
      },
    );
    const timer = setTimeout(() => {
      if (!document.hidden) this.again();
    }, AGAIN_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }

  again(): void {
    this.#turn += 1;
  }
}
