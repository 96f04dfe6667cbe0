/** One published camera as its page reads it: asked for, asked again now and then, and what its site has besides. */
import { untrack } from "svelte";
import { Refusal } from "../api/http";
import { publicCamera, publicCameras, type PublicCamera, type PublicCameraWhole } from "../api/public";

/** Its state and whether live may be had change by themselves. */
const AGAIN_MS = 30_000;
const FAILED_MS = 5000;
/** However often something is odd, the server is asked so seldom. */
const DOUBT_MS = 2000;
const MOST_OF_SITE = "24";

export class OneCamera {
  camera = $state.raw<PublicCameraWhole | null>(null);
  siblings = $state.raw<PublicCamera[]>([]);
  /** `withdrawn`: it was there a moment ago; `gone`: the server is. */
  state = $state<"loading" | "ready" | "lost" | "withdrawn" | "gone">("loading");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #ended = false;

  constructor(readonly id: string) {}

  /** Ask for it and go on asking; returns how to stop. What it reads here is not what an effect shall follow. */
  run(): () => void {
    this.#ended = false;
    untrack(() => void this.load());
    return () => {
      this.#ended = true;
      clearTimeout(this.#timer);
    };
  }

  /** Something else came than was expected: perhaps it is shown otherwise now, or not at all. */
  doubt(): void {
    const wait = this.#asked + DOUBT_MS - Date.now();
    if (this.#ended) return;
    if (wait <= 0) void this.load(true);
    else {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.load(true), wait);
    }
  }

  /** Ask again; `fresh`: past what a cache may still know. */
  async load(fresh = false): Promise<void> {
    clearTimeout(this.#timer);
    this.#asked = Date.now();
    let wait = AGAIN_MS;
    try {
      const first = this.camera === null;
      this.camera = await publicCamera(this.id, fresh);
      this.state = "ready";
      if (first) void this.#readSite(this.camera);
    } catch (error) {
      wait = FAILED_MS;
      if (error instanceof Refusal && (error.status === 404 || error.status === 422)) {
        this.state = this.camera || this.state === "withdrawn" ? "withdrawn" : "lost";
        this.camera = null;
        if (this.state === "lost") return;
        wait = AGAIN_MS;
      } else if (this.camera === null) this.state = "gone";
    }
    if (!this.#ended) this.#timer = setTimeout(() => void this.#again(), wait);
  }

  #again(): void {
    if (document.hidden) this.#timer = setTimeout(() => void this.#again(), AGAIN_MS);
    else void this.load();
  }

  async #readSite({ site }: PublicCameraWhole): Promise<void> {
    if (!site) return;
    try {
      const page = await publicCameras({ site: site.id, limit: MOST_OF_SITE });
      this.siblings = page.cameras.filter(({ id }) => id !== this.id);
    } catch {
      // The page is whole without them.
    }
  }
}
