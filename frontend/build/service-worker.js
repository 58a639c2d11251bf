// Keeps the files of the workspace, so that the page opens without a network. It never touches what
// the server answers to a worker: only the page itself and its own files pass through here.
//
// The build puts the two lists in. File names carry a hash of their content, so a name means the
// same for ever. When a new version takes over, the files of the one before it stay: a page that
// is still open may ask for them.

const SHELL = '{{shell}}';
const ASSETS = '{{assets}}';
const CACHE = 'humanwire-workspace';
const PAGE = '/work';
const LIST = '/work/assets/list.json';
/** After so long without an answer, a page that was kept is better. */
const PATIENCE_MS = 4_000;

self.addEventListener('install', (event) => {
  // Calls to the server need not wait for this script, where the browser can be told so.
  event.addRoutes?.({ condition: { urlPattern: '/worker/*' }, source: 'network' });
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate' && pathname === PAGE) event.respondWith(page(event));
  else if (ASSETS.includes(pathname)) event.respondWith(file(request));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show());
});

async function keepShell() {
  const cache = await caches.open(CACHE);
  const kept = await Promise.all(SHELL.map((path) => cache.match(path)));
  await cache.addAll(SHELL.filter((_, index) => !kept[index]));
  await cache.add(new Request(PAGE, { cache: 'reload' }));
}

/** The page from the server, and only when that does not answer the one that was kept. */
async function page(event) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(PAGE);
  const fetched = fetch(event.request).then((reply) => {
    if (reply.ok && !reply.redirected) event.waitUntil(cache.put(PAGE, reply.clone()));
    return reply;
  });
  if (!kept) return fetched;
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
  return Promise.race([fetched.catch(() => kept), patience]);
}

async function file(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const reply = await fetch(request);
  if (reply.status === 200) await cache.put(request.url, reply.clone());
  return reply;
}

/** Drop what belongs neither to this version nor to the one before it. */
async function tidy() {
  const cache = await caches.open(CACHE);
  const before = await cache.match(LIST).then((reply) => reply?.json() ?? []);
  const needed = new Set([...ASSETS, ...before, PAGE]);
  for (const request of await cache.keys()) {
    if (!needed.has(new URL(request.url).pathname)) await cache.delete(request);
  }
  await cache.put(LIST, Response.json(ASSETS));
}

async function show() {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const open = windows.find(({ url }) => new URL(url).pathname === PAGE);
  return open ? open.focus() : self.clients.openWindow(PAGE);
}
