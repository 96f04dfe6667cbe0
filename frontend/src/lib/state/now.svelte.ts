/** One clock for every age on the page, ticking once a second while the page is seen. */
class Now {
  at = $state(Date.now());

  run(): () => void {
    const timer = setInterval(() => {
      if (!document.hidden) this.at = Date.now();
    }, 1000);
    return () => clearInterval(timer);
  }
}

export const now = new Now();
