/** Live of a published camera, as one component sees it: begun by a tap, ended by another. The players load with it. */
import { publicMedia } from "../api/public";
import type { HlsLive } from "../live/hls";
import { START, type Phase } from "../live/machine";
import type { LivePlayer } from "../live/player";

interface Closing {
  close(): void;
}

export class PublicLive {
  phase = $state.raw<Phase>(START.phase);
  /** A picture to show instead of video, when the server sends single pictures. */
  picture = $state<string | null>(null);
  /** Somebody wants live, whether or not it is there yet. */
  wanted = $state(false);
  #player: Closing | null = null;

  constructor(
    readonly camera: string,
    readonly profile: "main" | "sub",
  ) {}

  async begin(video: HTMLVideoElement): Promise<void> {
    this.wanted = true;
    this.phase = { is: "connecting" };
    try {
      const [{ LivePlayer: Live }, { HlsLive: Hls }, { sourceKind }] = await Promise.all([
        import("../live/player"),
        import("../live/hls"),
        import("../mse/support"),
      ]);
      if (!this.wanted || this.#player) return;
      if (!sourceKind() && Hls.possible(video)) this.#hls(Hls, Live, video);
      else this.#live(Live, video);
    } catch {
      this.phase = { is: "refused", why: "" };
    }
  }

  #live(Live: typeof LivePlayer, video: HTMLVideoElement): void {
    const player = new Live(publicMedia(this.camera), this.profile, video, {
      onModel: (model) => (this.phase = model.phase),
      onPicture: (jpeg) => this.#show(jpeg),
      onBlank: () => undefined,
    });
    this.#player = player;
    player.start();
  }

  #hls(Hls: typeof HlsLive, Live: typeof LivePlayer, video: HTMLVideoElement): void {
    const player = new Hls(publicMedia(this.camera), video, {
      onModel: (model) => (this.phase = model.phase),
      onBlank: () => undefined,
      onGivenUp: () => {
        player.close();
        this.#live(Live, video);
      },
    });
    this.#player = player;
    player.start();
  }

  end(): void {
    this.wanted = false;
    this.#player?.close();
    this.#player = null;
    this.phase = START.phase;
    this.#show(null);
  }

  #show(jpeg: Blob | null): void {
    const before = this.picture;
    this.picture = jpeg ? URL.createObjectURL(jpeg) : null;
    if (before) setTimeout(() => URL.revokeObjectURL(before), 500);
  }
}
