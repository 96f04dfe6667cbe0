/** A report being written and sent: its text outlives a lost network and a closed page, on this device only. */
import { Refusal } from "../api/http";
import { sendReport } from "../api/public";
import { ChosenPhoto } from "./chosen.svelte";

export const KINDS = ["broken", "blocked", "event", "other"] as const;
export type ReportKind = (typeof KINDS)[number];
export const LEAST_TEXT = 5;
export const MOST_TEXT = 2000;

const KEY = "ronda-report";
const AGAIN_MS = [2000, 5000, 10_000, 20_000];

export type Sending =
  | { is: "writing" }
  | { is: "sending" }
  | { is: "waiting" }
  | { is: "refused"; why: string }
  | { is: "sent"; number: string };

export interface Written {
  kind: ReportKind;
  text: string;
}

/** Read a kept draft; null where there is none, or rubbish. */
export function readDraft(kept: string | null, camera: string | null): Written | null {
  if (kept === null) return null;
  try {
    const value: unknown = JSON.parse(kept);
    if (typeof value !== "object" || value === null) return null;
    const [kind, text, of] = ["kind", "text", "camera"].map((name): unknown => Reflect.get(value, name));
    if (typeof text !== "string" || text === "" || (of ?? null) !== camera) return null;
    const known = KINDS.find((one) => one === kind);
    return known ? { kind: known, text: text.slice(0, MOST_TEXT) } : null;
  } catch {
    return null;
  }
}

export class Draft extends ChosenPhoto {
  kind = $state<ReportKind>("broken");
  text = $state("");
  sending = $state.raw<Sending>({ is: "writing" });
  /** What was written before on this device is here again. */
  restored = $state(false);
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly camera: string | null) {
    super();
    const kept = readDraft(
      storage((store) => store.getItem(KEY)),
      camera,
    );
    if (!kept) {
      if (camera === null) this.kind = "event";
      return;
    }
    this.kind = kept.kind;
    this.text = kept.text;
    this.restored = true;
  }

  /** Keep what is written, until it is sent. */
  keep(): void {
    const { camera, kind, text } = this;
    storage((store) =>
      text ? store.setItem(KEY, JSON.stringify({ camera, kind, text })) : store.removeItem(KEY),
    );
  }

  /** Send; where the network is lost, again and again by itself until it is there or `stop`. */
  async send(): Promise<void> {
    clearTimeout(this.#timer);
    this.sending = { is: "sending" };
    try {
      const { receipt } = await sendReport(this.#form());
      this.sending = { is: "sent", number: receipt };
      this.#tries = 0;
      storage((store) => store.removeItem(KEY));
    } catch (error) {
      if (error instanceof Refusal && error.status < 500 && error.status !== 429) {
        this.sending = { is: "refused", why: [error.detail, error.mend].filter(Boolean).join(" ") };
        return;
      }
      this.sending = { is: "waiting" };
      const wait = AGAIN_MS[Math.min(this.#tries, AGAIN_MS.length - 1)] ?? 20_000;
      this.#tries += 1;
      this.#timer = setTimeout(() => void this.send(), wait);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    if (this.sending.is === "waiting") this.sending = { is: "writing" };
  }

  another(): void {
    this.text = "";
    this.restored = false;
    this.dropPhoto();
    this.sending = { is: "writing" };
  }

  #form(): FormData {
    const form = new FormData();
    form.set("kind", this.kind);
    form.set("text", this.text.trim());
    if (this.camera !== null) form.set("camera", this.camera);
    if (this.photo) form.set("photo", this.photo.jpeg, "photo.jpg");
    return form;
  }
}

function storage<T>(use: (store: Storage) => T): T | null {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
}
