/** This device as a camera: one at a time, going on whatever page is shown, until it is stopped or the page closes. */
import { DeviceSender, openCamera, type Ending } from "../add/device";
import * as api from "../api/client";
import type { Camera } from "../api/types";

class Device {
  camera = $state.raw<Pick<Camera, "id" | "name"> | null>(null);
  stream = $state.raw<MediaStream | null>(null);
  sending = $state(false);
  ended = $state<Ending | null>(null);
  #sender: DeviceSender | null = null;

  /**
   * Become a new camera of this name.
   *
   * @throws DOMException when the person or the device refuses the camera.
   * @throws Refusal when the server does.
   */
  async begin(name: string): Promise<Camera> {
    const stream = await openCamera();
    try {
      const camera = await api.addDevice(name);
      this.#send(stream, camera);
      return camera;
    } catch (error) {
      for (const track of stream.getTracks()) track.stop();
      throw error;
    }
  }

  /** Go on as a camera that this or another device has been. */
  async resume(camera: Camera): Promise<void> {
    this.#send(await openCamera(), camera);
  }

  stop(): void {
    this.#sender?.stop();
    this.#off();
  }

  #send(stream: MediaStream, camera: Camera): void {
    this.stop();
    this.ended = null;
    this.stream = stream;
    this.camera = { id: camera.id, name: camera.name };
    addEventListener("beforeunload", warn);
    this.#sender = new DeviceSender(stream, camera.id, {
      onSending: (sending) => (this.sending = sending),
      onEnded: (why) => {
        this.#off();
        this.ended = why;
      },
    });
  }

  #off(): void {
    removeEventListener("beforeunload", warn);
    this.#sender = null;
    this.stream = null;
    this.camera = null;
    this.sending = false;
  }
}

/** Closing the page ends the camera: the browser asks first. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

export const device = new Device();
