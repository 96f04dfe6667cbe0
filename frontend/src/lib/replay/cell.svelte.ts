/** One camera of a replay: its player, its footage, and what it does at the clock's moment. */
import { purposeOf } from "../api/purpose";
import type { Instead } from "../live/instead";
import { gapAt, START, type MissingSpan, type Model } from "../playback/machine";
import { PlaybackPlayer } from "../playback/player";
import { Reel } from "../state/reel.svelte";
import { at } from "../timeline/spans";
import type { CellState } from "./clock";

/** Pictures that are missing for so short a time are no gap: the last one stays. */
const BLINK_MS = 2000;

export type Off = "refused" | "withdrawn" | "ended" | "fallback" | null;

export class Cell {
  state = $state<CellState>("waiting");
  /** Why pictures are missing now. */
  gap = $state.raw<MissingSpan | null>(null);
  off = $state<Off>(null);
  instead = $state.raw<Instead | null>(null);
  blank = $state(true);
  picture = $state<string | null>(null);
  /** How far ahead of the clock its picture is, ms; null while there is none. */
  drift = $state<number | null>(null);
  size = $state.raw<{ width: number; height: number } | null>(null);
  readonly reel: Reel;

  #model: Model = START;
  #video: HTMLVideoElement | null = null;
  #freeze: HTMLCanvasElement | null = null;
  #player: PlaybackPlayer | null = null;
  #rate = 1;
  #moment = 0;

  constructor(
    readonly camera: string,
    readonly name: string,
  ) {
    this.reel = new Reel(camera);
  }

  /** Take a video element, and a canvas for its last picture; returns how to let go. */
  attach(video: HTMLVideoElement, freeze: HTMLCanvasElement): () => void {
    this.#video = video;
    this.#freeze = freeze;
    const resized = (): void => {
      if (video.videoWidth) this.size = { width: video.videoWidth, height: video.videoHeight };
    };
    video.addEventListener("resize", resized);
    if (this.#moment) this.open(this.#moment);
    return () => {
      video.removeEventListener("resize", resized);
      this.#player?.close();
      this.#player = null;
      this.#video = null;
      this.#setPicture(null);
    };
  }

  open(moment: number): void {
    this.#moment = moment;
    const video = this.#video;
    if (!video) return;
    this.state = "waiting";
    this.off = null;
    if (!this.#player) {
      const { camera } = this;
      const events = {
        onModel: (model: Model) => this.#took(model),
        onPicture: (jpeg: Blob) => this.#setPicture(jpeg),
        onBlank: () => this.#hold(),
        onLeap: () => undefined,
      };
      this.#player = new PlaybackPlayer(`/media/${camera}`, video, events, purposeOf(camera));
      this.#player.setRate(this.#rate);
      this.#player.follow(moment, false);
    }
    this.#player.seek(moment);
  }

  setRate(rate: number): void {
    this.#rate = rate;
    this.#player?.setRate(rate);
  }

  stepPicture(steps: 1 | -1): number | null {
    const player = this.#player;
    if (!player || this.state !== "ready") return null;
    player.stepPicture(steps);
    return player.moment;
  }

  /** Keep in step with the clock, and say what there is to see. */
  follow(moment: number, running: boolean): CellState {
    this.#moment = moment;
    const player = this.#player;
    if (!player) return this.state;
    this.drift = player.follow(moment, running);
    if (this.drift !== null && this.#video && this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      this.blank = false;
      if (this.picture !== null) this.#setPicture(null);
    }
    this.gap = player.holds(moment)
      ? null
      : (gapAt(this.#model.gaps, moment) ?? at(this.reel.footage.holes, moment));
    return (this.state = this.#look(player, moment));
  }

  #look(player: PlaybackPlayer, moment: number): CellState {
    const { is } = this.#model.phase;
    this.off = null;
    if (is === "refused" || is === "withdrawn" || is === "fallback") {
      this.off = is;
      return "off";
    }
    if (is === "stills") return "ready";
    if (player.holds(moment)) return this.blank && this.picture === null ? "waiting" : "ready";
    if (this.gap) return "gap";
    const hole = player.hole(moment);
    if (hole !== null) return this.#missing(moment, hole);
    if (is !== "ended") return "waiting";
    this.off = "ended";
    return "off";
  }

  /** Later pictures are here, so none come for this moment. */
  #missing(moment: number, hole: number): CellState {
    if (hole < BLINK_MS && !this.blank) return "ready";
    this.gap = { from: moment, to: moment + hole, cause: "unknown" };
    return "gap";
  }

  #took(model: Model): void {
    this.#model = model;
    this.instead = model.instead;
    const { is } = model.phase;
    if (is === "ready") {
      this.blank = false;
      this.#setPicture(null);
    }
    if (is === "fallback" || is === "withdrawn" || is === "refused") this.#wipe();
  }

  #wipe(): void {
    const canvas = this.#freeze;
    if (canvas) canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
    this.blank = true;
    this.#setPicture(null);
  }

  /** Keep the last picture while the next one is fetched. */
  #hold(): void {
    const [video, canvas] = [this.#video, this.#freeze];
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
}
