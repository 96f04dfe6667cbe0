/**
 * One video element fed with fragmented MP4: owns the MediaSource, its one SourceBuffer and the queue
 * before it. Takes encodings and fragments in order; changes of size, codec and run go on without a reload.
 */
import { joining, sourceKind, type Joining } from "./support";

type Operation =
  | { do: "append"; bytes: Uint8Array<ArrayBuffer> }
  | { do: "align"; to: Alignment }
  | { do: "type"; mime: string }
  | { do: "remove"; to: number };

/** Where a run's first fragment stands in its own media time, and in timeline time (ms since 1970). */
export interface Alignment {
  start: number;
  utc: number;
}

export interface SinkEvents {
  /** After bytes were taken in: the moment at which the buffered end is freshest. */
  onAppended(): void;
  /** The MediaSource is made anew; what was shown until now is about to vanish. */
  onRebuild(): void;
  /** The decoder or the buffer gave up; the sink is empty and wants a new encoding. */
  onFailed(why: string): void;
}

const QUEUE_BYTES = 48 * 1024 * 1024;

export class MediaSink {
  #source: MediaSource | null = null;
  #buffer: SourceBuffer | null = null;
  #queue: Operation[] = [];
  #queued = 0;
  #mime: string | null = null;
  #url: string | null = null;
  #squeezed = false;
  #anchors: { at: number; utc: number }[] = [];

  constructor(
    readonly video: HTMLVideoElement,
    readonly events: SinkEvents,
  ) {
    video.addEventListener("error", this.#videoFailed);
  }

  /** Start (another) encoding; `aligned`: its first fragment joins what is buffered, whatever its own times. */
  begin(mime: string, init: ArrayBuffer, aligned: Alignment | null): Joining {
    const how = joining(this.#mime, mime, this.#buffer !== null && "changeType" in this.#buffer);
    if (how === "rebuild") this.#rebuild(mime);
    this.#mime = mime;
    if (how === "change-type") this.#push({ do: "type", mime });
    if (aligned) this.#push({ do: "align", to: aligned });
    this.append(init);
    return how;
  }

  append(bytes: ArrayBuffer): void {
    this.#queued += bytes.byteLength;
    if (this.#queued > QUEUE_BYTES) return this.#fail("queue full");
    this.#push({ do: "append", bytes: new Uint8Array(bytes) });
  }

  /** Let go of what was played before `to`, s. */
  trim(to: number): void {
    const first = this.ranges()[0];
    if (first && first.start < to - 5) this.#push({ do: "remove", to });
  }

  ranges(): { start: number; end: number }[] {
    const { buffered } = this.video;
    return Array.from({ length: buffered.length }, (_, n) => ({
      start: buffered.start(n),
      end: buffered.end(n),
    }));
  }

  /** Timeline time (ms since 1970) of a moment of an aligned run, s; null before anything was aligned. */
  utcAt(time: number): number | null {
    const anchor = this.#anchors.findLast(({ at }) => at <= time + 0.001);
    return anchor ? anchor.utc + (time - anchor.at) * 1000 : null;
  }

  /** Forget everything; the next `begin` starts anew. */
  clear(): void {
    this.#queue = [];
    this.#queued = 0;
    this.#buffer?.removeEventListener("updateend", this.#updated);
    this.#buffer = null;
    this.#source = null;
    this.#mime = null;
    this.#anchors = [];
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = null;
  }

  close(): void {
    this.video.removeEventListener("error", this.#videoFailed);
    this.clear();
    this.video.removeAttribute("src");
    this.video.load();
  }

  #rebuild(mime: string): void {
    if (this.#mime !== null) this.events.onRebuild();
    this.clear();
    const kind = sourceKind();
    if (!kind) return this.#fail("no MediaSource");
    const source = new kind();
    this.#source = source;
    source.addEventListener("sourceopen", () => this.#opened(source, mime), { once: true });
    this.#url = URL.createObjectURL(source);
    this.video.disableRemotePlayback = true;
    this.video.src = this.#url;
  }

  #opened(source: MediaSource, mime: string): void {
    if (source !== this.#source) return;
    try {
      this.#buffer = source.addSourceBuffer(mime);
    } catch (error) {
      return this.#fail(String(error));
    }
    this.#buffer.mode = "segments";
    this.#buffer.addEventListener("updateend", this.#updated);
    this.#pump();
  }

  #push(operation: Operation): void {
    this.#queue.push(operation);
    this.#pump();
  }

  #updated = (): void => {
    this.events.onAppended();
    this.#pump();
  };

  #videoFailed = (): void => {
    if (this.video.error && this.#source)
      this.#fail(this.video.error.message || `error ${this.video.error.code}`);
  };

  #fail(why: string): void {
    this.clear();
    this.events.onFailed(why);
  }

  #pump(): void {
    const buffer = this.#buffer;
    if (!buffer || this.#source?.readyState !== "open") return;
    try {
      while (!buffer.updating) {
        const next = this.#queue.shift();
        if (!next) return;
        this.#perform(buffer, next);
      }
    } catch (error) {
      this.#fail(String(error));
    }
  }

  #perform(buffer: SourceBuffer, operation: Operation): void {
    switch (operation.do) {
      case "append":
        return this.#appendAll(buffer, operation.bytes);
      case "type":
        return buffer.changeType(operation.mime);
      case "align":
        return this.#align(buffer, operation.to);
      case "remove":
        if (operation.to > 0 && buffer.buffered.length > 0) buffer.remove(0, operation.to);
    }
  }

  #align(buffer: SourceBuffer, to: Alignment): void {
    const joint = this.#joint();
    buffer.timestampOffset = joint - to.start;
    this.#anchors = [...this.#anchors.slice(-7), { at: joint, utc: to.utc }];
  }

  /** Where the next run begins: after all that is buffered, and never in the past of what plays. */
  #joint(): number {
    const last = this.ranges().at(-1);
    return Math.max(last?.end ?? 0, last ? this.video.currentTime : 0);
  }

  /** Append these bytes together with all that wait right behind them. */
  #appendAll(buffer: SourceBuffer, first: Uint8Array<ArrayBuffer>): void {
    const parts = [first];
    while (this.#queue[0]?.do === "append")
      parts.push((this.#queue.shift() as { bytes: typeof first }).bytes);
    const bytes = concatenate(parts);
    try {
      buffer.appendBuffer(bytes);
      this.#queued -= bytes.byteLength;
      this.#squeezed = false;
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "QuotaExceededError" || this.#squeezed)
        throw error;
      this.#squeezed = true;
      this.#queue.unshift({ do: "append", bytes });
      buffer.remove(0, Math.max(0.1, this.video.currentTime - 1));
    }
  }
}

function concatenate(parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (parts.length === 1 && parts[0]) return parts[0];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
