/** Drives the past of one camera: owns the socket, the flow control and the sink. Moments are ms since 1970. */
import { socketUrl, stamp } from "../api/client";
import { timescaleOf, timesOf } from "../mse/boxes";
import { MediaSink } from "../mse/sink";
import { playableCodecs } from "../mse/support";
import { KEYFRAME_RATE, move, stepTime, wanted } from "./ahead";
import { expected, FASTEST, playable, steer } from "./led";
import { gapAt, START, step, type Effect, type Event, type MissingSpan, type Model } from "./machine";

export interface PlaybackEvents {
  onModel(model: Model): void;
  onPicture(jpeg: Blob): void;
  onBlank(): void;
  /** Playing leapt over a stretch without pictures. */
  onLeap(gap: MissingSpan): void;
}

const KEEP_S = 25;
/** A picture that stands is gone to only when it is another one. */
const SAME_S = 0.06;

export class PlaybackPlayer {
  #model: Model = START;
  #socket: WebSocket | null = null;
  #sink: MediaSink;
  #again: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #timescale = 90_000;
  #fps = 25;
  #rate = 1;
  #playing = true;
  #asked = 0;
  #fragments = 0;
  #stillsSince: number | null = null;
  /** The moment of the clock that it follows, ms; null: it is its own. */
  #led: number | null = null;
  #soughtAt: number | null = null;
  #seekMs = 150;

  constructor(
    /** Where the camera's media is: `/media/ID`, or `/media/public/ID` for what residents see. */
    readonly base: string,
    readonly video: HTMLVideoElement,
    readonly events: PlaybackEvents,
    /** What it is looked at for; empty where nobody must say. */
    readonly purpose = "",
  ) {
    this.#sink = new MediaSink(video, {
      onAppended: () => (this.#led === null ? this.#steer() : this.#want()),
      onRebuild: () => events.onBlank(),
      onFailed: () => {
        events.onBlank();
        this.#feed({ on: "broken" });
      },
    });
    video.muted = true;
    video.playsInline = true;
    video.addEventListener("seeked", this.#shown);
    video.addEventListener("timeupdate", this.#shown);
    this.#beat = setInterval(() => this.#led === null && this.#steer(), 200);
  }

  /** The moment shown now. */
  get moment(): number {
    return this.#model.from + this.#position * 1000;
  }

  /** s since `from`: of the video, or of the clock where single pictures are shown. */
  get #position(): number {
    if (this.#stillsSince === null) return this.video.currentTime;
    return this.#playing ? (performance.now() - this.#stillsSince) / 1000 : 0;
  }

  get playing(): boolean {
    return this.#playing;
  }

  get rate(): number {
    return this.#rate;
  }

  close(): void {
    this.#feed({ on: "close" });
    this.video.removeEventListener("seeked", this.#shown);
    this.video.removeEventListener("timeupdate", this.#shown);
    clearInterval(this.#beat);
    this.#sink.close();
    this.video.playbackRate = 1;
  }

  /** Go to a moment: within what is buffered at once, elsewhere by asking the server. */
  seek(moment: number): void {
    const target = (moment - this.#model.from) / 1000;
    if (this.#led !== null) this.#led = moment;
    if (this.holds(moment) && this.#model.phase.is !== "closed") this.video.currentTime = target;
    else this.#feed({ on: "open", from: moment });
    if (this.#led === null) this.#steer();
  }

  /** Whether there are pictures of a moment here already. */
  holds(moment: number): boolean {
    const target = (moment - this.#model.from) / 1000;
    return this.#sink.ranges().some(({ start, end }) => target >= start - 0.05 && target < end - 0.1);
  }

  /** How long nothing is here around a moment with pictures after it, ms: none are coming; null where they may. */
  hole(moment: number): number | null {
    const target = (moment - this.#model.from) / 1000;
    const ranges = this.#sink.ranges();
    const next = ranges.find(({ start }) => start > target);
    if (!next || this.holds(moment)) return null;
    const last = ranges.findLast(({ end }) => end <= target + 0.1);
    return (next.start - (last?.end ?? 0)) * 1000;
  }

  /**
   * Keep in step with a clock that several pictures share: called often, with the clock's moment and whether it
   * runs. A gap is waited through. Returns by how much this picture is ahead of the clock, ms; null without one.
   */
  follow(moment: number, running: boolean): number | null {
    this.#led = moment;
    if (this.#stillsSince !== null) {
      if (running && !this.#playing) this.play();
      if (!running && this.#playing) this.pause();
      this.#want();
      return null;
    }
    this.#playing = running;
    this.#want();
    this.#sink.trim(Math.min(this.video.currentTime, (moment - this.#model.from) / 1000) - KEEP_S);
    if (this.holds(moment)) return this.#keepUp((moment - this.#model.from) / 1000, running);
    if (!this.video.paused) this.video.pause();
    this.#feed({ on: "dry" });
    return null;
  }

  #keepUp(target: number, running: boolean): number | null {
    const { video } = this;
    if (video.seeking || video.readyState === 0) return null;
    const drift = (video.currentTime - target) * 1000;
    this.#shown();
    if (!running || this.#rate > FASTEST) {
      if (!video.paused) video.pause();
      if (Math.abs(drift) > SAME_S * 1000) video.currentTime = target;
      return drift;
    }
    const next = steer(drift, this.#rate);
    if (next.do === "seek") {
      this.#soughtAt = performance.now();
      const lead = (this.#seekMs / 1000) * this.#rate;
      video.currentTime = this.holds(this.#model.from + (target + lead) * 1000) ? target + lead : target;
      return drift;
    }
    const rate = playable(this.#rate * next.factor);
    if (Math.abs(video.playbackRate - rate) > 0.004) video.playbackRate = rate;
    if (video.paused) void video.play().catch(() => undefined);
    return drift;
  }

  play(): void {
    this.#playing = true;
    if (this.#stillsSince !== null && !this.#socket) this.#feed({ on: "open", from: this.#model.from });
    this.#steer();
  }

  pause(): void {
    const { moment } = this;
    this.#playing = false;
    this.video.pause();
    if (this.#stillsSince === null) return;
    // Single pictures come in the server's time: stop them, to go on from here.
    this.#model = { ...this.#model, from: moment };
    this.#stillsSince = performance.now();
    this.#disconnect();
  }

  setRate(rate: number): void {
    const before = this.#rate > KEYFRAME_RATE;
    this.#rate = rate;
    if (before !== rate > KEYFRAME_RATE && this.#model.phase.is !== "closed") {
      this.#feed({ on: "open", from: this.#led ?? this.moment });
    }
    if (this.#led === null) this.#steer();
  }

  /** One picture on (1) or back (-1). */
  stepPicture(steps: 1 | -1): void {
    this.pause();
    const target = stepTime(this.video.currentTime, this.#fps, steps);
    // Before what is held, a whole picture back: where its neighbours begin is not known.
    this.seek(target < 0 ? this.moment - 1000 / this.#fps : this.#model.from + target * 1000);
  }

  #feed(event: Event): void {
    const [model, effects] = step(this.#model, event);
    const changed = model !== this.#model;
    this.#model = model;
    for (const effect of effects) this.#perform(effect);
    if (changed) this.events.onModel(model);
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case "open":
        return this.#open(effect.from);
      case "disconnect":
        return this.#disconnect();
      case "reopen":
        clearTimeout(this.#again);
        this.#again = setTimeout(() => this.#feed({ on: "open", from: this.#led ?? this.moment }), effect.ms);
        return;
      case "begin":
        this.#timescale = timescaleOf(effect.segment);
        this.#sink.begin(effect.init.mime, effect.segment, null);
        this.#fragments = 0;
        return;
      case "append":
        return this.#append(effect.fragment);
      case "paint":
        this.#stillsSince ??= performance.now();
        return this.events.onPicture(new Blob([effect.jpeg], { type: "image/jpeg" }));
    }
  }

  #open(from: number): void {
    this.#disconnect();
    if (this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) this.events.onBlank();
    this.#sink.clear();
    this.#asked = 0;
    this.#stillsSince = null;
    const query = {
      from: stamp(from),
      keyframes: this.#rate > KEYFRAME_RATE ? "1" : "0",
      codecs: playableCodecs().join(","),
      ...(this.purpose ? { purpose: this.purpose } : {}),
    };
    const socket = new WebSocket(socketUrl(`${this.base}/playback`, query));
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
      this.#feed(typeof data === "string" ? { on: "text", text: data } : { on: "binary", bytes: data });
    socket.onclose = ({ code, reason }) => {
      this.#socket = null;
      this.#feed({ on: "lost", code, reason, now: Date.now(), random: Math.random() });
    };
  }

  #disconnect(): void {
    clearTimeout(this.#again);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #append(fragment: ArrayBuffer): void {
    const times = timesOf(fragment, this.#timescale);
    this.#fragments += 1;
    // The first one is squeezed: it leads in from the keyframe before.
    if (this.#fragments > 1 && times && times.pictures > 1 && times.duration > 0)
      this.#fps = times.pictures / times.duration;
    this.#sink.append(fragment);
  }

  #steer(): void {
    const { video } = this;
    if (this.#stillsSince !== null) return this.#want();
    const next = move(video.currentTime, this.#sink.ranges());
    if (next.do === "leap" && !video.seeking) this.#leap(next.to);
    if (next.do === "dry") this.#feed({ on: "dry" });
    if (video.playbackRate !== this.#rate) video.playbackRate = this.#rate;
    if (this.#playing && video.paused && video.readyState > 0) void video.play().catch(() => undefined);
    this.#want();
    this.#sink.trim(video.currentTime - KEEP_S);
  }

  #leap(to: number): void {
    const gap = gapAt(this.#model.gaps, this.moment + 200);
    if (gap && to - this.video.currentTime > 1) this.events.onLeap(gap);
    this.video.currentTime = to + 0.001;
  }

  #want(): void {
    const led = this.#led === null ? 0 : (this.#led - this.#model.from) / 1000;
    const until = wanted(Math.max(led, this.#position), this.#rate);
    if (until < this.#asked + 1 || this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#asked = until;
    this.#socket.send(JSON.stringify({ type: "want", until }));
  }

  #shown = (event?: { type: string }): void => {
    if (event?.type === "seeked" && this.#soughtAt !== null) {
      this.#seekMs = expected(this.#seekMs, performance.now() - this.#soughtAt);
      this.#soughtAt = null;
    }
    const { is } = this.#model.phase;
    if (is !== "ready" && is !== "ended" && this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      this.#feed({ on: "shown" });
    }
  };
}
