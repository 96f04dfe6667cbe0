/** A short sound for a new alarm, where the person wants it; kept on this device. */
const KEY = "ronda-alarm-sound";
const NOTES_HZ = [660, 880] as const;
const NOTE_S = 0.16;

class Chime {
  on = $state(remembered());
  #context: AudioContext | null = null;

  /** A browser lets a page sound only after somebody has touched it: this is called by a button. */
  turn(on: boolean): void {
    this.on = on;
    try {
      localStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // Storage is forbidden: the choice lasts as long as the page.
    }
    if (on) this.ring();
  }

  ring(): void {
    if (!this.on) return;
    this.#context ??= new AudioContext();
    const context = this.#context;
    for (const [number, hertz] of NOTES_HZ.entries()) {
      const begin = context.currentTime + number * NOTE_S;
      const tone = context.createOscillator();
      const loudness = context.createGain();
      tone.frequency.value = hertz;
      loudness.gain.setValueAtTime(0.12, begin);
      loudness.gain.exponentialRampToValueAtTime(0.001, begin + NOTE_S);
      tone.connect(loudness).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + NOTE_S);
    }
  }
}

function remembered(): boolean {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

export const chime = new Chime();
