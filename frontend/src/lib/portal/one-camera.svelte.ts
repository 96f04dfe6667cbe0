/** One published camera as its page reads it: asked for, asked again now and then, and what its site has besides. */
import { Refusal } from "../api/http";
import { publicCamera, publicCameras, type PublicCamera, type PublicCameraWhole } from "../api/public";

/** Its state and whether live may be had change by themselves. */
const AGAIN_MS = 30_000;
const FAILED_MS = 5000;
const MOST_OF_SITE = "24";

export class OneCamera {
  camera = $state.raw<PublicCameraWhole | null>(null);
  siblings = $state.raw<PublicCamera[]>([]);
  state = $state<"loading" | "ready" | "lost" | "gone">("loading");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(readonly id: string) {}

  run(): () => void {
    void this.load();
    return () => {
      this.#ended = true;
      clearTimeout(this.#timer);
    };
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    let wait = AGAIN_MS;
    try {
      const first = this.camera === null;
      this.camera = await publicCamera(this.id);
      this.state = "ready";
      if (first) void this.#readSite(this.camera);
    } catch (error) {
      wait = FAILED_MS;
      if (error instanceof Refusal && (error.status === 404 || error.status === 422)) {
        this.state = "lost";
        this.camera = null;
        return;
      }
      if (this.camera === null) this.state = "gone";
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
