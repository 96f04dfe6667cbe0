/** Drives the machine: owns the socket, the timers and the sink of one live picture. */
import { socketUrl } from "../api/http";
import { timescaleOf, timesOf } from "../mse/boxes";
import type { Init } from "../mse/messages";
import { MediaSink } from "../mse/sink";
import { playableCodecs } from "../mse/support";
import { Cushion, decide } from "./edge";
import { START, step, type Effect, type Event, type Model } from "./machine";

export interface LiveEvents {
  onModel(model: Model): void;
  /** A JPEG to show instead of video. */
  onPicture(jpeg: Blob): void;
  /** The video element is about to go blank: keep its last picture. */
  onBlank(): void;
}

const HIDDEN_MS = 20_000;
const LAG_EVERY_MS = 5000;
const KEEP_S = 12;

export class LivePlayer {
  #model: Model = START;
  #socket: WebSocket | null = null;
  #sink: MediaSink;
  #cushion = new Cushion();
  #retry: ReturnType<typeof setTimeout> | undefined;
  #hide: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #begun: { init: Init; segment: ArrayBuffer; timescale: number } | null = null;
  #settledAt = 0;
  #lagSentAt = 0;

  constructor(
    /** Where the camera's media is: `/media/ID`, or `/media/public/ID` for what residents see. */
    readonly base: string,
    readonly profile: "main" | "sub",
    readonly video: HTMLVideoElement,
    readonly events: LiveEvents,
    /** What it is looked at for; empty where nobody must say. */
    readonly purpose = "",
  ) {
    this.#sink = new MediaSink(video, {
      onAppended: () => this.#steer(true),
      onRebuild: () => events.onBlank(),
      onFailed: () => {
        this.#begun = null;
        events.onBlank();
        this.#feed({ on: "broken" });
      },
    });
  }

  get model(): Model {
    return this.#model;
  }

  /** Distance from the newest picture received to the one shown, ms; null while nothing plays. */
  get behindMs(): number | null {
    const last = this.#sink.ranges().at(-1);
    return last && this.#model.phase.is === "playing"
      ? Math.max(0, Math.round((last.end - this.video.currentTime) * 1000))
      : null;
  }

  /** Timeline time of the picture shown, ms since 1970; null while nothing plays. */
  get shownUtc(): number | null {
    return this.#sink.utcAt(this.video.currentTime);
  }

  start(): void {
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.addEventListener("playing", this.#shown);
    this.video.addEventListener("timeupdate", this.#shown);
    this.video.addEventListener("waiting", this.#waiting);
    document.addEventListener("visibilitychange", this.#visibility);
    addEventListener("online", this.#online);
    addEventListener("pageshow", this.#online);
    this.#beat = setInterval(() => this.#steer(false), 250);
    this.#feed({ on: "start" });
  }

  /** Ask for video now, whatever was waited for. */
  again(): void {
    this.#feed({ on: "retry" });
  }

  close(): void {
    this.#feed({ on: "close" });
    this.video.removeEventListener("playing", this.#shown);
    this.video.removeEventListener("timeupdate", this.#shown);
    this.video.removeEventListener("waiting", this.#waiting);
    document.removeEventListener("visibilitychange", this.#visibility);
    removeEventListener("online", this.#online);
    removeEventListener("pageshow", this.#online);
    clearInterval(this.#beat);
    clearTimeout(this.#hide);
    this.#sink.close();
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
        return this.#open();
      case "disconnect":
        return this.#disconnect();
      case "wait":
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => this.#feed({ on: "retry" }), effect.ms);
        return;
      case "begin":
        this.#begun = { ...effect, timescale: timescaleOf(effect.segment) };
        return;
      case "append":
        return this.#append(effect.fragment);
      case "paint":
        return this.events.onPicture(new Blob([effect.jpeg], { type: "image/jpeg" }));
      case "catch-up":
        this.#settledAt = performance.now();
        this.#steer(false);
    }
  }

  #open(): void {
    this.#disconnect();
    const codecs = playableCodecs().join(",");
    const query = { profile: this.profile, codecs, ...(this.purpose ? { purpose: this.purpose } : {}) };
    const socket = new WebSocket(socketUrl(`${this.base}/live`, query));
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onopen = () => this.#feed({ on: "opened" });
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
      this.#feed(typeof data === "string" ? { on: "text", text: data } : { on: "binary", bytes: data });
    socket.onclose = ({ code, reason }) => {
      this.#socket = null;
      this.#feed({
        on: "lost",
        code,
        reason,
        now: Date.now(),
        random: Math.random(),
        online: navigator.onLine,
      });
    };
  }

  #disconnect(): void {
    clearTimeout(this.#retry);
    this.#begun = null;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #append(fragment: ArrayBuffer): void {
    if (this.#begun) {
      const { init, segment, timescale } = this.#begun;
      this.#begun = null;
      const times = timesOf(fragment, timescale);
      this.#settledAt = performance.now();
      const start = times?.start ?? 0;
      this.#sink.begin(init.mime, segment, { start, utc: init.utc + start * 1000 });
    }
    this.#sink.append(fragment);
  }

  /** Keep the shown picture close to the newest one; the pace is judged only when the newest is `fresh`. */
  #steer(fresh: boolean): void {
    const { video } = this;
    const decision = decide({
      at: video.currentTime,
      ranges: this.#sink.ranges(),
      cushion: this.#cushion.seconds,
      settling: performance.now() - this.#settledAt < 1500,
      rate: video.playbackRate,
    });
    if (decision.do === "jump" && !video.seeking) video.currentTime = decision.to;
    if (fresh && decision.do === "play" && video.playbackRate !== decision.rate)
      video.playbackRate = decision.rate;
    if (decision.do !== "wait" && video.paused && !document.hidden) void video.play().catch(() => undefined);
    this.#cushion.calm(performance.now() / 1000);
    this.#sink.trim(video.currentTime - KEEP_S);
    this.#reportLag();
  }

  #reportLag(): void {
    const behind = this.behindMs;
    const now = performance.now();
    if (
      behind === null ||
      now - this.#lagSentAt < LAG_EVERY_MS ||
      this.#socket?.readyState !== WebSocket.OPEN
    )
      return;
    this.#lagSentAt = now;
    this.#socket.send(JSON.stringify({ type: "lag", ms: behind }));
  }

  #shown = (): void => {
    if (this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && this.#model.phase.is !== "playing") {
      const last = this.#sink.ranges().at(-1);
      if (last && last.end > this.video.currentTime) this.#feed({ on: "shown" });
    }
  };

  #waiting = (): void => {
    if (this.#model.phase.is !== "playing" || this.video.seeking) return;
    if (performance.now() - this.#settledAt > 1500) this.#cushion.stalled(performance.now() / 1000);
    this.#feed({ on: "stalled" });
  };

  #visibility = (): void => {
    clearTimeout(this.#hide);
    if (document.hidden) this.#hide = setTimeout(() => this.#feed({ on: "hidden" }), HIDDEN_MS);
    else this.#feed({ on: "seen" });
  };

  #online = (): void => this.#feed({ on: "seen" });
}
