/** Who is looking, what they may do, and what the server is. */
import * as api from "../api/client";
import type { Info, Session } from "../api/types";

class Who {
  session = $state.raw<Session | null>(null);
  info = $state.raw<Info | null>(null);
  /** Grows when somebody signed in or out: what was read as somebody else is read again. */
  changes = $state(0);

  get zone(): string {
    return this.info?.timezone ?? "Asia/Jakarta";
  }

  may(action: string): boolean {
    return this.session?.may.includes(action) ?? false;
  }

  /** Ask until the server answers. */
  async load(): Promise<void> {
    for (;;) {
      try {
        [this.session, this.info] = await Promise.all([api.session(), api.info()]);
        return;
      } catch (error) {
        if (error instanceof api.Refusal) return;
        await new Promise((done) => setTimeout(done, 4000));
      }
    }
  }

  async signOut(): Promise<void> {
    await api.signOut();
    await this.load();
    this.changes += 1;
  }
}

export const who = new Who();
