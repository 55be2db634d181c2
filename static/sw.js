// Keeps the page for use without a network. The lists and the version are
// written by `cargo xtask build` (xtask/src/offline.rs); as it stands here, it
// keeps nothing and passes everything on.
const VERSION = "stampede-VERSION";
const FILES = [];
// What not everybody needs: kept from when the page says the name of it, and by
// later versions, too.
const ASKED = {};

const MARK = "kept/";

const keep = names => caches.open(VERSION).then(cache => Promise.all([
  // Two may need the same file, which may be asked for once.
  cache.addAll([...new Set(names.flatMap(name => ASKED[name]))]),
  ...names.map(name => cache.put(MARK + name, new Response())),
]));

const mine = key => key.startsWith("stampede-");

const asked = async () => {
  const kept = (await caches.keys()).filter(mine).map(key => caches.open(key));
  const all = await Promise.all(kept.map(async cache => (await cache).keys()));
  const marked = name => all.flat().some(({ url }) => url.endsWith(MARK + name));
  return Object.keys(ASKED).filter(marked);
};

addEventListener("install", event => event.waitUntil(Promise.all([
  caches.open(VERSION).then(cache => cache.addAll(FILES)),
  asked().then(keep),
])));

addEventListener("message", event => {
  if (event.data in ASKED) event.waitUntil(keep([event.data]));
});

addEventListener("activate", event => {
  const old = key => mine(key) && key !== VERSION;
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
