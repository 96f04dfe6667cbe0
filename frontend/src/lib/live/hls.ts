/** Live over HLS, for a browser without MediaSource (an iPhone before iOS 17.1): later than the socket, but a picture. */
import { START, type Model } from "./machine";

const NATIVE = "application/vnd.apple.mpegurl";
const AGAIN_MS = 1500;
/** So often without a picture, single pictures are better. */
const MOST_FAILURES = 4;

export interface HlsEvents {
  onModel(model: Model): void;
  /** The video is about to show nothing. */
  onBlank(): void;
  /** This browser cannot play it after all. */
  onGivenUp(): void;
}

export class HlsLive {
  #again: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(
    /** Where the camera's media is: `/media/ID`, or `/media/public/ID` for what residents see. */
    readonly base: string,
    readonly video: HTMLVideoElement,
    readonly events: HlsEvents,
  ) {}

  static possible(video: HTMLVideoElement): boolean {
    return video.canPlayType(NATIVE) !== "";
  }

  start(): void {
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.addEventListener("timeupdate", this.#playing);
    this.video.addEventListener("waiting", this.#waiting);
    this.video.addEventListener("error", this.#failed);
    this.#open();
  }

  close(): void {
    clearTimeout(this.#again);
    this.video.removeEventListener("timeupdate", this.#playing);
    this.video.removeEventListener("waiting", this.#waiting);
    this.video.removeEventListener("error", this.#failed);
    this.video.removeAttribute("src");
    this.video.load();
  }

  #open(): void {
    this.#say({ is: "joining" });
    this.video.src = `${this.base}/live.m3u8?profile=main`;
    void this.video.play().catch(() => undefined);
  }

  #say(phase: Model["phase"]): void {
    this.events.onModel({ ...START, phase });
  }

  #playing = (): void => {
    if (this.video.currentTime === 0 || this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.#failures = 0;
    this.#say({ is: "playing" });
  };

  #waiting = (): void => this.#say({ is: this.video.currentTime === 0 ? "joining" : "stalled" });

  #failed = (): void => {
    this.events.onBlank();
    this.#failures += 1;
    if (this.#failures > MOST_FAILURES) return this.events.onGivenUp();
    if (this.#failures > 1) this.#say({ is: "retrying", at: Date.now() + AGAIN_MS, why: "lost" });
    else this.#say({ is: "joining" });
    this.#again = setTimeout(() => this.#open(), AGAIN_MS * this.#failures);
  };
}
