/** The list of cases and the one that is looked at. */
import { getCase, listCases, type Case, type WholeCase } from "../api/cases";

export type Tab = "open" | "closed";

export class Docket {
  cases = $state.raw<Case[]>([]);
  whole = $state.raw<WholeCase | null>(null);
  next = $state<string | null>(null);
  loading = $state(false);
  problem = $state.raw<unknown>(null);
  #tab: Tab = "open";
  #asking: AbortController | null = null;

  /** Read a tab's cases, and show one of them: the named one, else the newest. */
  async begin(tab: Tab, number: string | null): Promise<void> {
    this.#tab = tab;
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    this.loading = true;
    this.problem = null;
    try {
      const page = await listCases(stateOf(tab), "", asking.signal);
      this.cases = shownIn(tab, page.cases);
      this.next = page.next;
      const chosen = number ?? this.cases[0]?.number ?? null;
      this.whole = chosen ? await getCase(chosen, asking.signal) : null;
    } catch (error) {
      if (!asking.signal.aborted) this.problem = error;
    } finally {
      if (!asking.signal.aborted) this.loading = false;
    }
  }

  stop(): void {
    this.#asking?.abort();
  }

  async choose(number: string): Promise<void> {
    try {
      this.whole = await getCase(number);
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
  }

  async more(): Promise<void> {
    if (!this.next) return;
    try {
      const page = await listCases(stateOf(this.#tab), this.next);
      this.cases = [...this.cases, ...shownIn(this.#tab, page.cases)];
      this.next = page.next;
    } catch (error) {
      this.problem = error;
    }
  }

  /** The case before or after the chosen one. */
  async step(by: 1 | -1): Promise<void> {
    const at = this.cases.findIndex(({ number }) => number === this.whole?.number);
    const next = this.cases[at + by];
    if (next) await this.choose(next.number);
  }

  /** A case is otherwise now; in the list it stays where it was until the list is read again. */
  changed(after: WholeCase): void {
    this.whole = after;
    this.cases = this.cases.map((one) => (one.number === after.number ? after : one));
  }
}

/** The server knows open cases by one word; those that are done have three states. */
function stateOf(tab: Tab): string {
  return tab === "open" ? "open" : "";
}

function shownIn(tab: Tab, cases: Case[]): Case[] {
  if (tab === "open") return cases;
  return cases.filter(({ state }) => state !== "requested" && state !== "approved");
}
