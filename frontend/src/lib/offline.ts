/** The service worker that keeps the shell and the last map: begun after the page is there, where browsers allow it. */

const AFTER_MS = 4000;

export function keepShell(): void {
  if (!("serviceWorker" in navigator) || !globalThis.isSecureContext || import.meta.env.DEV) return;
  setTimeout(() => void register(), AFTER_MS);
}

async function register(): Promise<void> {
  try {
    await navigator.serviceWorker.register("/sw.js");
    const { active } = await navigator.serviceWorker.ready;
    const keep = performance
      .getEntriesByType("resource")
      .map(({ name }) => new URL(name))
      .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/assets/"))
      .map(({ pathname }) => pathname);
    active?.postMessage({ keep });
  } catch {
    // Without it the portal needs the network: nothing else is lost.
  }
}
