/** Keeps a screen awake while its page is seen; where the browser cannot, the device's own settings must. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;

  async function ask(): Promise<void> {
    if (over || document.hidden || !("wakeLock" in navigator) || (lock && !lock.released)) return;
    try {
      lock = await navigator.wakeLock.request("screen");
      if (over) await lock.release();
    } catch {
      // A low battery or a device's rule: asked again the next time the page is seen.
    }
  }
  const seen = (): void => void ask();
  document.addEventListener("visibilitychange", seen);
  const timer = setInterval(seen, 60_000);
  void ask();
  return () => {
    over = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", seen);
    void lock?.release();
  };
}
