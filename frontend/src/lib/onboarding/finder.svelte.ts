/** Looking for recorders: one search or visit at a time, asked about until it ends. */
import * as api from "../api/onboarding";
import type { DeviceJob } from "../api/onboarding";
import { Refusal } from "../api/http";
import { say } from "../i18n/onboarding/reasons";
import { sentence } from "../i18n/problem";
import { tongue } from "../i18n/tongue.svelte";

const STEP_MS = 500;

/** What went wrong, in the language of the screen. */
export function why(error: unknown): string {
  return error instanceof Refusal ? said([error.detail, error.mend]) : sentence(error, tongue.language);
}

function said(parts: (string | null)[]): string {
  return parts.flatMap((part) => (part ? [say(part, tongue.language)] : [])).join(": ");
}

export class Finder {
  job = $state.raw<DeviceJob | null>(null);
  problem = $state("");
  running = $state(false);
  #turn = 0;

  /** Begin a job, and follow it until it ends. */
  async follow(begin: () => Promise<DeviceJob>): Promise<void> {
    this.stop();
    const turn = this.#turn;
    this.problem = "";
    this.running = true;
    try {
      let job = await begin();
      while (turn === this.#turn) {
        this.job = job;
        if (job.state !== "running") break;
        await new Promise((done) => setTimeout(done, STEP_MS));
        if (turn === this.#turn) job = await api.job(job.job);
      }
      if (turn === this.#turn && job.state === "failed") {
        this.problem = said([job.problem, job.mend]);
      }
    } catch (error) {
      if (turn === this.#turn) this.problem = why(error);
    } finally {
      if (turn === this.#turn) this.running = false;
    }
  }

  /** End what runs, on the node too; what was found (and the password given) is forgotten there. */
  stop(): void {
    this.#turn += 1;
    if (this.job) void api.endJob(this.job.job).catch(() => undefined);
    this.job = null;
    this.running = false;
  }
}
