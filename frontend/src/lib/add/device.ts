/** Sends this device's camera to the server as it records: small pieces of one film over a WebSocket. */
import { socketUrl } from "../api/client";

/**
 * H.264 costs the server nothing; the rest it encodes anew. WebM and Matroska come as they are recorded, an MP4 (Safari)
 * only a group of pictures at a time.
 */
const MIMES = [
  "video/webm;codecs=h264",
  "video/x-matroska;codecs=avc1",
  "video/mp4;codecs=avc1.42E01F",
  "video/mp4;codecs=avc1.64001F",
  "video/webm;codecs=vp8",
  "video/webm",
];
const PIECE_MS = 200;
const KEYFRAMES_MS = 1000;
const BITS_PER_SECOND = 2_000_000;
/** More than this waiting in the socket means that the uplink is too slow: pieces cannot be left out, so it begins anew. */
const WAITING_BYTES = 8 * 1024 * 1024;
const SLOWEST_MS = 10_000;
/** Close codes after which beginning anew is of no use: not readable, not allowed, no such camera, another device. */
const FINAL = new Set([1008, 4400, 4401, 4403, 4404, 4409]);

export type Obstacle = "insecure" | "unsupported";
export type Ending = "unplugged" | "taken" | "gone" | "forbidden" | "unreadable";

export interface SenderEvents {
  /** Whether pictures reach the server; false while the connection is looked for again. */
  onSending(sending: boolean): void;
  onEnded(why: Ending): void;
}

/** What keeps this browser from being a camera, if anything does. */
export function obstacle(): Obstacle | null {
  if (!globalThis.isSecureContext || !navigator.mediaDevices) return "insecure";
  return recordable() === null ? "unsupported" : null;
}

function recordable(): string | null {
  if (typeof MediaRecorder === "undefined") return null;
  return MIMES.find((mime) => MediaRecorder.isTypeSupported(mime)) ?? null;
}

/** Ask the person for the camera: the one that looks away, where there are two. */
export function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "environment" },
    audio: false,
  });
}

/** A device camera at work: after a break it begins anew by itself. */
export class DeviceSender {
  #recorder: MediaRecorder | null = null;
  #socket: WebSocket | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #awake: WakeLockSentinel | null = null;

  constructor(
    readonly stream: MediaStream,
    readonly camera: string,
    readonly events: SenderEvents,
  ) {
    for (const track of stream.getTracks()) track.addEventListener("ended", this.#unplugged);
    document.addEventListener("visibilitychange", this.#stayAwake);
    this.#stayAwake();
    this.#open();
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.#stayAwake);
    clearTimeout(this.#again);
    void this.#awake?.release();
    this.#halt();
    for (const track of this.stream.getTracks()) {
      track.removeEventListener("ended", this.#unplugged);
      track.stop();
    }
  }

  #open(): void {
    const socket = new WebSocket(socketUrl(`/media/${this.camera}/push`, {}));
    this.#socket = socket;
    socket.onopen = () => this.#record(socket);
    socket.onclose = ({ code }) => this.#closed(code);
  }

  /** Each connection carries one film from its beginning. */
  #record(socket: WebSocket): void {
    const options = {
      mimeType: recordable() ?? "",
      videoBitsPerSecond: BITS_PER_SECOND,
      videoKeyFrameIntervalDuration: KEYFRAMES_MS,
    };
    const recorder = new MediaRecorder(this.stream, options);
    this.#recorder = recorder;
    recorder.ondataavailable = ({ data }) => {
      if (socket.readyState !== WebSocket.OPEN || data.size === 0) return;
      this.#attempt = 0;
      if (socket.bufferedAmount > WAITING_BYTES) socket.close(4000, "uplink too slow");
      else socket.send(data);
    };
    recorder.start(PIECE_MS);
    this.events.onSending(true);
  }

  #closed(code: number): void {
    this.#halt();
    if (FINAL.has(code)) {
      this.stop();
      this.events.onEnded(endingOf(code));
      return;
    }
    this.events.onSending(false);
    this.#attempt += 1;
    this.#again = setTimeout(() => this.#open(), Math.min(SLOWEST_MS, 500 * 2 ** (this.#attempt - 1)));
  }

  #halt(): void {
    const [recorder, socket] = [this.#recorder, this.#socket];
    this.#recorder = this.#socket = null;
    if (recorder) recorder.ondataavailable = null;
    if (recorder && recorder.state !== "inactive") recorder.stop();
    if (!socket) return;
    socket.onopen = socket.onclose = null;
    socket.close();
  }

  #unplugged = (): void => {
    this.stop();
    this.events.onEnded("unplugged");
  };

  /** A phone whose screen goes out sends no more: ask that it stays on. */
  #stayAwake = (): void => {
    if (document.hidden || !("wakeLock" in navigator)) return;
    navigator.wakeLock.request("screen").then(
      (lock) => (this.#awake = lock),
      () => undefined,
    );
  };
}

export function endingOf(code: number): Ending {
  if (code === 4409) return "taken";
  if (code === 4404) return "gone";
  return code === 4400 ? "unreadable" : "forbidden";
}
