/** Live over HLS, for a browser without MediaSource (an iPhone before iOS 17.1): later than the socket, but a picture. */
import { START, type Model } from "./machine";

const NATIVE = "application/vnd.apple.mpegurl";

export class HlsLive {
  constructor(
    readonly camera: string,
    readonly video: HTMLVideoElement,
    readonly onModel: (model: Model) => void,
  ) {}

  static possible(video: HTMLVideoElement): boolean {
    return video.canPlayType(NATIVE) !== "";
  }

  start(): void {
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.addEventListener("playing", this.#playing);
    this.video.addEventListener("waiting", this.#waiting);
    this.video.addEventListener("error", this.#failed);
    this.#open();
  }

  close(): void {
    this.video.removeEventListener("playing", this.#playing);
    this.video.removeEventListener("waiting", this.#waiting);
    this.video.removeEventListener("error", this.#failed);
    this.video.removeAttribute("src");
    this.video.load();
  }

  #open(): void {
    this.onModel({ ...START, phase: { is: "joining" } });
    this.video.src = `/media/${this.camera}/live.m3u8?profile=main`;
    void this.video.play().catch(() => undefined);
  }

  #playing = (): void => this.onModel({ ...START, phase: { is: "playing" } });
  #waiting = (): void => this.onModel({ ...START, phase: { is: "stalled" } });
  #failed = (): void => {
    this.onModel({ ...START, phase: { is: "retrying", at: Date.now() + 4000, why: "lost" } });
    setTimeout(() => this.#open(), 4000);
  };
}
