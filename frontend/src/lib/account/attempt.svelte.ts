/** Something tried: whether it is going on, what became of it, and why it did not work. */
import { sentence } from "../i18n/problem";
import { tongue } from "../i18n/tongue.svelte";

export class Attempt {
  busy = $state(false);
  said = $state("");
  problem = $state<string | null>(null);

  /** Try `work`; say `done` when it has worked. */
  async try(work: () => Promise<void>, done = ""): Promise<boolean> {
    this.busy = true;
    this.problem = null;
    this.said = "";
    try {
      await work();
      this.said = done;
      return true;
    } catch (error) {
      this.problem = sentence(error, tongue.language);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
