// Keeps the page for use without a network. The lists and the version are
// written by `cargo xtask build` (xtask/src/offline.rs); as it stands here, it
// keeps nothing and passes everything on.
const VERSION = "stampede-VERSION";
const FILES = [];
// What only one panel needs: kept when that has been opened, and says so.
const SOURCES = [];

const keep = files => caches.open(VERSION).then(cache => cache.addAll(files));

addEventListener("install", event => event.waitUntil(keep(FILES)));

addEventListener("message", event => event.waitUntil(keep(SOURCES)));

addEventListener("activate", event => {
  const old = key => key.startsWith("stampede-") && key !== VERSION;
  event.waitUntil(
    caches.keys()
      .then(keys => Promise.all(keys.filter(old).map(key => caches.delete(key))))
      .then(() => clients.claim()),
  );
});

addEventListener("fetch", event => {
  const { method, url } = event.request;
  if (method !== "GET" || new URL(url).origin !== location.origin) return;
  event.respondWith(
    caches.open(VERSION)
      .then(cache => cache.match(event.request, { ignoreSearch: true }))
      .then(kept => kept || fetch(event.request)),
  );
});
