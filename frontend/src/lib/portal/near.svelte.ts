/** Where this device is: asked only when somebody presses for it, and never sent anywhere. */
import type { Spot } from "./distance";

export type Nearness = "off" | "asking" | "on" | "insecure" | "denied" | "failed";

class Near {
  state = $state<Nearness>("off");
  spot = $state.raw<Spot | null>(null);

  ask(): void {
    if (!globalThis.isSecureContext || !("geolocation" in navigator)) {
      this.state = "insecure";
      return;
    }
    this.state = "asking";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.spot = { lat: coords.latitude, lon: coords.longitude };
        this.state = "on";
      },
      (error) => {
        this.spot = null;
        this.state = error.code === error.PERMISSION_DENIED ? "denied" : "failed";
      },
      { enableHighAccuracy: false, timeout: 15_000, maximumAge: 60_000 },
    );
  }

  off(): void {
    this.state = "off";
    this.spot = null;
  }
}

export const near = new Near();
