/** One clock for every age on the page, ticking once a second while the page is seen. */
class Now {
  at = $state(Date.now());
  /** Whether this device has a network, as far as the browser knows. */
  online = $state(navigator.onLine);

  run(): () => void {
    const timer = setInterval(() => {
      if (document.hidden) return;
      this.at = Date.now();
      this.online = navigator.onLine;
    }, 1000);
    return () => clearInterval(timer);
  }
}

export const now = new Now();
