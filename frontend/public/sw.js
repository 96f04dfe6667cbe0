// Keeps the portal's shell and its last map on the device, so that it opens without a network and says so.
// Kept: the page, its hashed files, the public map and base map. Never kept: anything behind an account, any other
// answer of the API, any picture or video.
const SHELL = "ronda-shell-1";
const DATA = "ronda-data-1";
const PAGE = "/";
const DATA_PATHS = ["/api/v1/public/map", "/api/v1/public/basemap"];
const EXTRAS = ["/early.js", "/icon.svg", "/manifest.webmanifest"];
/** Hashed files of versions before are let go, oldest first. */
const MOST_FILES = 120;
/** So long a page may wait for a slow network before the kept one is shown. */
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(prepare().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

/** A page tells which hashed files it was made of: those that were read before this worker was there. */
self.addEventListener("message", (event) => {
  const paths = Array.isArray(event.data?.keep) ? event.data.keep : [];
  event.waitUntil(keepFiles(paths.filter(isHashed).slice(0, MOST_FILES)));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (isHashed(url.pathname)) event.respondWith(hashed(request));
  else if (DATA_PATHS.includes(url.pathname)) event.respondWith(data(request));
  else if (EXTRAS.includes(url.pathname)) event.respondWith(freshOrKept(request, SHELL));
});

function isHashed(path) {
  return typeof path === "string" && /^\/assets\/[\w.-]+$/.test(path);
}

async function prepare() {
  const cache = await caches.open(SHELL);
  const answer = await fetch(PAGE, { cache: "no-cache", credentials: "omit" });
  if (!answer.ok) return;
  const text = await answer.clone().text();
  await cache.put(PAGE, answer);
  await keepFiles([...text.matchAll(/"(\/assets\/[\w.-]+)"/g)].map((found) => found[1]));
  await Promise.allSettled(EXTRAS.map((path) => cache.add(path)));
}

async function keepFiles(paths) {
  const cache = await caches.open(SHELL);
  await Promise.allSettled(
    paths.map(async (path) => {
      if (!(await cache.match(path))) await cache.add(path);
    }),
  );
  const files = (await cache.keys()).filter((request) => isHashed(new URL(request.url).pathname));
  await Promise.all(
    files.slice(0, Math.max(0, files.length - MOST_FILES)).map((request) => cache.delete(request)),
  );
}

async function tidy() {
  const names = await caches.keys();
  await Promise.all(
    names
      .filter((name) => name.startsWith("ronda-") && name !== SHELL && name !== DATA)
      .map((name) => caches.delete(name)),
  );
}

/** Every address of a page is the same page: where the network does not answer, the kept one does. */
async function page(request, url) {
  if (/^\/(api|media|docs)(\/|$)/.test(url.pathname)) return fetch(request);
  const cache = await caches.open(SHELL);
  const kept = await cache.match(PAGE);
  try {
    const answer = await (kept ? withPatience(fetch(request)) : fetch(request));
    if (answer.ok && url.pathname === PAGE) await cache.put(PAGE, answer.clone());
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

function withPatience(answer) {
  return Promise.race([
    answer,
    new Promise((_, refuse) => setTimeout(() => refuse(new Error("the network is slow")), PATIENCE_MS)),
  ]);
}

async function hashed(request) {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

function data(request) {
  return freshOrKept(request, DATA);
}

async function freshOrKept(request, name) {
  const cache = await caches.open(name);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request.url, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request.url);
    if (kept) return kept;
    throw error;
  }
}
