// The service worker of one visit's form: keeps the form and its files, so that it opens without a signal.
// It lies beside the form, so its scope is that form; it touches GET of the form and of static files, nothing else.
const HOME = new URL("./", self.location.href).pathname;
const SHELF = `visit:${HOME}`;
const PATIENCE = 6000;

const keep = async (address) => {
  const shelf = await caches.open(SHELF);
  try {
    const response = await fetch(address, { cache: "no-cache" });
    if (response.ok && !response.redirected) await shelf.put(address, response);
  } catch {
    // No signal: what was kept before stays.
  }
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const wanted = (event.data?.keep || []).filter((address) => address === HOME || address.startsWith("/static/"));
  const answer = event.ports[0];
  event.waitUntil(Promise.all(wanted.map(keep)).then(() => answer?.postMessage("kept")));
});

// The newest form where there is a signal, else the kept one. A withdrawn link stays withdrawn: its page is shown.
const form = async (request) => {
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(HOME);
  try {
    const signal = kept ? AbortSignal.timeout(PATIENCE) : undefined;
    const response = await fetch(request, { signal });
    if (response.status === 200 && !response.redirected) await shelf.put(HOME, response.clone());
    return response.status >= 500 && kept ? kept : response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
};

const file = async (request) => {
  const shelf = await caches.open(SHELF);
  return (await shelf.match(request)) || fetch(request);
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname === HOME && !address.search) event.respondWith(form(request));
  else if (address.pathname.startsWith("/static/")) event.respondWith(file(request));
});
