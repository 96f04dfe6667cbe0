/**
 * A published camera's moving picture, as one component sees it: begun by a tap, ended by another; live, or as late
 * as was decided. The players load with it.
 */
import { publicMedia, serverTime } from "../api/public";
import type { HlsLive } from "../live/hls";
import type { Instead } from "../live/instead";
import { START, type Model, type Phase } from "../live/machine";
import type { LivePlayer } from "../live/player";
import type { CameraWord } from "../mse/messages";
import { asLive, type Model as PastModel } from "../playback/machine";
import type { PlaybackPlayer } from "../playback/player";

interface Closing {
  close(): void;
  again?(): void;
}

/** A delayed picture begins so much further back, so that there is something to go on with. */
const CUSHION_MS = 4000;
/** Nothing was recorded then: so long until it is asked for again. */
const NO_FOOTAGE_MS = 60_000;
const HIDDEN_MS = 20_000;

export class PublicLive {
  phase = $state.raw<Phase>(START.phase);
  instead = $state.raw<Instead | null>(null);
  /** What the server says that the camera does. */
  said = $state.raw<CameraWord | null>(null);
  /** Since when a picture is waited for, ms since 1970; null while there is one, or nobody waits. */
  waitingSince = $state<number | null>(null);
  /** A picture to show instead of video, when the server sends single pictures. */
  picture = $state<string | null>(null);
  /** Somebody wants it to move, whether or not it does yet. */
  wanted = $state(false);
  #player: Closing | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #hide: ReturnType<typeof setTimeout> | undefined;
  #video: HTMLVideoElement | null = null;
  #delayMs = 0;

  constructor(
    readonly camera: string,
    readonly profile: "main" | "sub",
  ) {}

  /** Show it on `video`, `delayMs` late. */
  async begin(video: HTMLVideoElement, delayMs: number): Promise<void> {
    this.wanted = true;
    this.#video = video;
    this.#delayMs = delayMs;
    this.#enter({ is: "connecting" });
    try {
      if (delayMs > 0) await this.#beginDelayed(video, delayMs);
      else await this.#beginLive(video);
    } catch {
      this.#enter({ is: "refused", why: "" });
    }
  }

  /** Ask for it now, whatever was waited for. */
  again(): void {
    if (this.#player?.again) this.#player.again();
    else this.#restart();
  }

  end(): void {
    this.wanted = false;
    document.removeEventListener("visibilitychange", this.#visibility);
    clearTimeout(this.#hide);
    this.#stop();
    this.instead = null;
    this.said = null;
    this.#enter(START.phase);
  }

  async #beginLive(video: HTMLVideoElement): Promise<void> {
    const [{ LivePlayer: Live }, { HlsLive: Hls }, { sourceKind }] = await Promise.all([
      import("../live/player"),
      import("../live/hls"),
      import("../mse/support"),
    ]);
    if (!this.wanted || this.#player) return;
    if (!sourceKind() && Hls.possible(video)) this.#hls(Hls, Live, video);
    else this.#live(Live, video);
  }

  #live(Live: typeof LivePlayer, video: HTMLVideoElement): void {
    const player = new Live(publicMedia(this.camera), this.profile, video, {
      onModel: (model) => this.#took(model),
      onPicture: (jpeg) => this.#show(jpeg),
      onBlank: () => undefined,
    });
    this.#player = player;
    player.start();
  }

  #hls(Hls: typeof HlsLive, Live: typeof LivePlayer, video: HTMLVideoElement): void {
    const player = new Hls(publicMedia(this.camera), video, {
      onModel: (model) => this.#took(model),
      onBlank: () => undefined,
      onGivenUp: () => {
        player.close();
        this.#live(Live, video);
      },
    });
    this.#player = player;
    player.start();
  }

  async #beginDelayed(video: HTMLVideoElement, delayMs: number): Promise<void> {
    const [{ PlaybackPlayer: Past }, now] = await Promise.all([
      import("../playback/player"),
      serverTime(this.camera),
    ]);
    if (!this.wanted || this.#player) return;
    document.addEventListener("visibilitychange", this.#visibility);
    this.#delayed(Past, video, now - delayMs - CUSHION_MS);
  }

  #delayed(Past: typeof PlaybackPlayer, video: HTMLVideoElement, from: number): void {
    const player = new Past(publicMedia(this.camera), video, {
      onModel: (model) => this.#tookPast(model),
      onPicture: (jpeg) => this.#show(jpeg),
      onBlank: () => undefined,
      onLeap: () => undefined,
    });
    this.#player = player;
    player.seek(from);
  }

  #took({ phase, instead, camera }: Model): void {
    this.instead = instead;
    this.said = camera;
    this.#enter(phase);
  }

  #tookPast(model: PastModel): void {
    const phase = asLive(model);
    const ended = phase.is === "fallback" && this.phase.is !== "fallback";
    this.instead = model.instead;
    this.#enter(phase);
    if (!ended) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#restart(), NO_FOOTAGE_MS * (1 + Math.random()));
  }

  #restart(): void {
    this.#stop();
    if (this.wanted && this.#video) void this.begin(this.#video, this.#delayMs);
  }

  #stop(): void {
    clearTimeout(this.#again);
    this.#player?.close();
    this.#player = null;
    this.#show(null);
  }

  #enter(phase: Phase): void {
    const waits = phase.is === "connecting" || phase.is === "joining" || phase.is === "stalled";
    this.waitingSince = waits ? (this.waitingSince ?? Date.now()) : null;
    this.phase = phase;
    // What stands in for video comes another way, and what was withdrawn is shown no longer.
    if (phase.is === "fallback" || phase.is === "withdrawn" || phase.is === "playing") this.#show(null);
  }

  /** A live player sleeps by itself while nobody looks; a delayed one begins anew, to be no later than was decided. */
  #visibility = (): void => {
    clearTimeout(this.#hide);
    if (document.hidden) {
      this.#hide = setTimeout(() => {
        this.#stop();
        this.#enter({ is: "asleep" });
      }, HIDDEN_MS);
    } else if (this.phase.is === "asleep") this.#restart();
  };

  #show(jpeg: Blob | null): void {
    const before = this.picture;
    this.picture = jpeg ? URL.createObjectURL(jpeg) : null;
    if (before) setTimeout(() => URL.revokeObjectURL(before), 500);
  }
}
