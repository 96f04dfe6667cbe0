/**
 * What one screen shows: the live picture or a moment of the past, on the same video element, so that
 * going between them never blanks it. Owns the player; pages read its state.
 */
import { purposeOf } from "../api/purpose";
import { START as LIVE_START, type Model as LiveModel } from "../live/machine";
import { LivePlayer } from "../live/player";
import { HlsLive } from "../live/hls";
import { sourceKind } from "../mse/support";
import { START as PAST_START, type MissingSpan, type Model as PastModel } from "../playback/machine";
import { PlaybackPlayer } from "../playback/player";

export type Mode = "live" | "past";

const LEAP_SHOWN_MS = 5000;
/** Playing that runs dry this close to now has caught up, and goes on live. */
const NEAR_NOW_MS = 15_000;
/** Waiting for more this close to now has caught up as well; further back it is only a slow network. */
const AT_NOW_MS = 4000;

export class Viewing {
  mode = $state<Mode>("live");
  live = $state.raw<LiveModel>(LIVE_START);
  past = $state.raw<PastModel>(PAST_START);
  /** The video has nothing to show: its last picture, or the newest still, stands in. */
  blank = $state(true);
  /** A JPEG in place of video, where this browser can play none of it. */
  picture = $state<string | null>(null);
  moment = $state(Date.now());
  playing = $state(true);
  rate = $state(1);
  leap = $state.raw<MissingSpan | null>(null);
  behindMs = $state<number | null>(null);
  size = $state.raw<{ width: number; height: number } | null>(null);

  #video: HTMLVideoElement | null = null;
  #freeze: HTMLCanvasElement | null = null;
  #livePlayer: LivePlayer | null = null;
  #hls: HlsLive | null = null;
  #noHls = false;
  #pastPlayer: PlaybackPlayer | null = null;
  #beat: ReturnType<typeof setInterval> | undefined;
  #leapEnds: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly camera: string,
    readonly profile: "main" | "sub",
  ) {}

  /** Take a video element and a canvas for its last picture; returns how to let go. */
  attach(video: HTMLVideoElement, freeze: HTMLCanvasElement): () => void {
    this.#video = video;
    this.#freeze = freeze;
    video.addEventListener("resize", this.#resized);
    this.#beat = setInterval(() => this.#tick(), 250);
    return () => {
      clearInterval(this.#beat);
      clearTimeout(this.#leapEnds);
      video.removeEventListener("resize", this.#resized);
      this.#leave();
      this.#setPicture(null);
    };
  }

  goLive(): void {
    if (!this.#video || this.#livePlayer || this.#hls) return;
    this.#leave();
    this.mode = "live";
    this.moment = Date.now();
    this.playing = true;
    this.rate = 1;
    if (!sourceKind() && !this.#noHls && HlsLive.possible(this.#video)) this.#startHls(this.#video);
    else this.#startLive(this.#video);
  }

  #startHls(video: HTMLVideoElement): void {
    this.#hls = new HlsLive(`/media/${this.camera}`, video, {
      onModel: (model) => this.#tookLive(model),
      onBlank: () => this.#hold(),
      onGivenUp: () => {
        this.#noHls = true;
        this.#leave();
        this.goLive();
      },
    });
    this.#hls.start();
  }

  #startLive(video: HTMLVideoElement): void {
    const events = {
      onModel: (model: LiveModel) => this.#tookLive(model),
      onPicture: (jpeg: Blob) => this.#setPicture(jpeg),
      onBlank: () => this.#hold(),
    };
    const { camera, profile } = this;
    this.#livePlayer = new LivePlayer(`/media/${camera}`, profile, video, events, purposeOf(camera));
    this.#livePlayer.start();
  }

  /** Show the past from `moment` on. */
  goTo(moment: number): void {
    if (!this.#video) return;
    if (moment > Date.now() - 1000) return this.goLive();
    if (!this.#pastPlayer) this.#startPast();
    this.moment = moment;
    this.leap = null;
    this.#pastPlayer?.seek(moment);
  }

  toggle(): void {
    if (this.mode === "live") {
      const shown = this.#livePlayer?.shownUtc ?? Date.now() - 1500;
      this.playing = false;
      this.goTo(Math.min(shown, Date.now() - 1500));
      return;
    }
    this.playing = !this.playing;
    if (this.playing) this.#pastPlayer?.play();
    else this.#pastPlayer?.pause();
  }

  skip(seconds: number): void {
    this.goTo((this.mode === "live" ? Date.now() : this.moment) + seconds * 1000);
  }

  setRate(rate: number): void {
    if (this.mode === "live") return;
    this.rate = rate;
    this.#pastPlayer?.setRate(rate);
  }

  stepPicture(steps: 1 | -1): void {
    if (this.mode === "live") this.toggle();
    this.playing = false;
    this.#pastPlayer?.stepPicture(steps);
  }

  #startPast(): void {
    const video = this.#video;
    if (!video) return;
    const { playing } = this;
    this.#leave();
    this.mode = "past";
    const events = {
      onModel: (model: PastModel) => this.#tookPast(model),
      onPicture: (jpeg: Blob) => this.#setPicture(jpeg),
      onBlank: () => this.#hold(),
      onLeap: (gap: MissingSpan) => this.#leapt(gap),
    };
    const { camera } = this;
    this.#pastPlayer = new PlaybackPlayer(`/media/${camera}`, video, events, purposeOf(camera));
    this.playing = playing;
    if (!playing) this.#pastPlayer.pause();
  }

  #leave(): void {
    if (this.#livePlayer || this.#pastPlayer || this.#hls) this.#hold();
    this.#livePlayer?.close();
    this.#hls?.close();
    this.#pastPlayer?.close();
    this.#livePlayer = null;
    this.#hls = null;
    this.#pastPlayer = null;
  }

  #tookLive(model: LiveModel): void {
    if (this.mode !== "live") return;
    this.live = model;
    const { is } = model.phase;
    if (is === "playing") this.#unblank();
    if (is === "fallback" || is === "withdrawn") this.#wipe();
  }

  #tookPast(model: PastModel): void {
    if (this.mode !== "past") return;
    this.past = model;
    const { is } = model.phase;
    if (is === "ready") this.#unblank();
    if (is === "fallback" || is === "withdrawn") this.#wipe();
    const behind = Date.now() - this.moment;
    const caughtUp = (is === "ended" && behind < NEAR_NOW_MS) || (is === "buffering" && behind < AT_NOW_MS);
    if (caughtUp && this.playing) this.goLive();
  }

  #unblank(): void {
    this.blank = false;
    this.#setPicture(null);
  }

  /** Show nothing of the video any more, not even its last picture: the newest still stands in, or nothing may. */
  #wipe(): void {
    const canvas = this.#freeze;
    if (canvas) canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
    this.blank = true;
    this.#setPicture(null);
  }

  /** Keep the last picture of the video on the canvas while the video has none. */
  #hold(): void {
    const video = this.#video;
    const canvas = this.#freeze;
    if (!video || !canvas || this.blank || video.videoWidth === 0) return;
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    this.blank = true;
  }

  #setPicture(jpeg: Blob | null): void {
    const before = this.picture;
    this.picture = jpeg ? URL.createObjectURL(jpeg) : null;
    if (before) setTimeout(() => URL.revokeObjectURL(before), 500);
  }

  #leapt(gap: MissingSpan): void {
    this.leap = gap;
    clearTimeout(this.#leapEnds);
    this.#leapEnds = setTimeout(() => (this.leap = null), LEAP_SHOWN_MS);
  }

  #tick(): void {
    this.behindMs = this.#livePlayer?.behindMs ?? null;
    if (this.mode === "live") this.moment = this.#livePlayer?.shownUtc ?? Date.now();
    else if (this.#pastPlayer && (!this.blank || this.picture)) this.moment = this.#pastPlayer.moment;
  }

  #resized = (): void => {
    const { videoWidth: width, videoHeight: height } = this.#video ?? { videoWidth: 0, videoHeight: 0 };
    if (width && height) this.size = { width, height };
  };
}
