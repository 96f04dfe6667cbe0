/** One import on its way: file, preview, written. */
import { commit, drop, importOf, sendFile, type Import, type ImportKind } from "../api/importing";
import { sentence } from "../i18n/problem";
import { tongue } from "../i18n/tongue.svelte";

export type Group = "refused" | "new" | "changed" | "unchanged" | "told";

export const GROUPS: readonly Group[] = ["refused", "new", "changed", "unchanged", "told"];

export class Importer {
  kind = $state<ImportKind>("cameras");
  shown = $state.raw<Import | null>(null);
  sending = $state(false);
  writing = $state(false);
  problem = $state("");
  group = $state<Group>("new");
  #turn = 0;

  /** Send a file and follow it until it can be looked at. */
  async take(file: File): Promise<void> {
    const turn = this.#begin();
    this.sending = true;
    try {
      let shown = await sendFile(this.kind, file);
      this.sending = false;
      while (turn === this.#turn) {
        this.shown = shown;
        if (shown.state !== "reading") break;
        shown = await importOf(shown.id);
      }
      if (turn === this.#turn && shown.counts) this.group = firstOf(shown);
    } catch (error) {
      if (turn === this.#turn) this.problem = sentence(error, tongue.language);
    } finally {
      if (turn === this.#turn) this.sending = false;
    }
  }

  async write(partial: boolean): Promise<void> {
    if (!this.shown || this.writing) return;
    this.writing = true;
    this.problem = "";
    try {
      this.shown = await commit(this.shown.id, partial);
    } catch (error) {
      this.problem = sentence(error, tongue.language);
      // The register may have changed since: show what it would do now.
      this.shown = await importOf(this.shown.id).catch(() => this.shown);
    } finally {
      this.writing = false;
    }
  }

  /** Back to the beginning; what was sent is forgotten. */
  clear(): void {
    this.#begin();
  }

  #begin(): number {
    const before = this.shown;
    if (before && before.state !== "done") void drop(before.id).catch(() => undefined);
    this.shown = null;
    this.problem = "";
    this.sending = false;
    this.#turn += 1;
    return this.#turn;
  }
}

export function countOf(shown: Import, group: Group): number {
  return shown.counts?.[group] ?? 0;
}

/** What deserves to be seen first: what is refused, else what would change. */
function firstOf(shown: Import): Group {
  return GROUPS.find((group) => countOf(shown, group) > 0) ?? "unchanged";
}
