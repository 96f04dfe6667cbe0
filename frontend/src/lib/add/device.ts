/** Sends this device's camera to the server as it records: H.264 in small pieces over a WebSocket. */
import { socketUrl } from "../api/client";

const MIMES = [
  "video/mp4;codecs=avc1.42E01F",
  "video/mp4;codecs=avc1.64001F",
  "video/webm;codecs=h264",
  "video/x-matroska;codecs=avc1",
];
const PIECE_MS = 200;
const BITS_PER_SECOND = 2_000_000;
/** More than this waiting in the socket means that the uplink is too slow: pieces cannot be left out, so it ends. */
const WAITING_BYTES = 8 * 1024 * 1024;

export type Obstacle = "insecure" | "unsupported";

/** What keeps this browser from being a camera, if anything does. */
export function obstacle(): Obstacle | null {
  if (!globalThis.isSecureContext || !navigator.mediaDevices) return "insecure";
  return recordable() === null ? "unsupported" : null;
}

function recordable(): string | null {
  if (typeof MediaRecorder === "undefined") return null;
  return MIMES.find((mime) => MediaRecorder.isTypeSupported(mime)) ?? null;
}

/** A device camera at work. */
export class DeviceCamera {
  #recorder: MediaRecorder;
  #socket: WebSocket;

  private constructor(
    readonly stream: MediaStream,
    mime: string,
    name: string,
    onEnded: (why: string) => void,
  ) {
    this.#recorder = new MediaRecorder(stream, { mimeType: mime, videoBitsPerSecond: BITS_PER_SECOND });
    this.#socket = new WebSocket(socketUrl("/api/v1/cameras/own-device", { name, mime }));
    this.#socket.onopen = () => this.#recorder.start(PIECE_MS);
    this.#socket.onclose = ({ reason, code }) => {
      this.#halt();
      onEnded(reason || String(code));
    };
    this.#recorder.ondataavailable = ({ data }) => {
      if (this.#socket.readyState !== WebSocket.OPEN || data.size === 0) return;
      if (this.#socket.bufferedAmount > WAITING_BYTES) this.#socket.close(4000, "uplink too slow");
      else this.#socket.send(data);
    };
  }

  /**
   * Ask for the camera and start sending.
   *
   * @throws DOMException when the person or the device refuses the camera.
   */
  static async start(name: string, onEnded: (why: string) => void): Promise<DeviceCamera> {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "environment" },
      audio: false,
    });
    const mime = recordable();
    if (!mime) throw new DOMException("no H.264 recorder", "NotSupportedError");
    return new DeviceCamera(stream, mime, name, onEnded);
  }

  stop(): void {
    this.#socket.onclose = null;
    this.#halt();
    this.#socket.close();
  }

  #halt(): void {
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
    for (const track of this.stream.getTracks()) track.stop();
  }
}
