/**
 * Keeps the files of the program. The page is asked of the server first, so that it carries a policy of its own each time, and comes from
 * here where the server does not answer. What the server knows of enterprises is never kept here: see `areas/field`.
 */
interface Kept {
  url: string;
  revision: string | null;
}
interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Lasting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker extends EventTarget {
  __WB_MANIFEST: Kept[];
  location: Location;
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}
const worker = self as unknown as Worker;
// the build puts the list in place of this very word
const files = (self as unknown as Worker).__WB_MANIFEST;
const PREFIX = "anjian-";
const page = files.find((file) => file.url === "/")?.revision ?? "";
const CACHE = `${PREFIX}${page.slice(0, 16)}`;
/** How long the server may take to give the page, ms. */
const PATIENCE = 4_000;

worker.addEventListener("install", (event) => {
  (event as Lasting).waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(files.map((file) => new Request(new URL(file.url, worker.location.origin), { cache: "reload" })))),
  );
});

worker.addEventListener("activate", (event) => {
  const tidy = async () => {
    // the one before stays: a window may still be open that was begun with it
    const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
    await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
    await worker.clients.claim();
  };
  (event as Lasting).waitUntil(tidy());
});

/** The page tells which program it is: where that is this one, or the person asked for this one, nobody need wait for it. */
worker.addEventListener("message", (event) => {
  const { entry } = (event as MessageEvent<{ entry: string | null }>).data;
  if (entry === null || holds(entry)) (event as unknown as Lasting).waitUntil(worker.skipWaiting());
});

function holds(address: string): boolean {
  return files.some((file) => new URL(file.url, worker.location.origin).href === address);
}

async function pageFor(request: Request): Promise<Response> {
  const kept = async () => (await caches.match("/", { cacheName: CACHE })) ?? Response.error();
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept()), PATIENCE));
  // a gate that has no server behind it is no answer either
  const fresh = fetch(request).then(async (answer) => (answer.status < 500 ? answer : ((await caches.match("/", { cacheName: CACHE })) ?? answer)), kept);
  return Promise.race([fresh, late]);
}

async function fileFor(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

worker.addEventListener("fetch", (event) => {
  const asked = event as Asked;
  const { request } = asked;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin || url.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") {
    // the page of a download or a picture is the server's
    if (!url.pathname.includes(".")) asked.respondWith(pageFor(request));
    return;
  }
  // built files carry a hash of their content in their name, so one that is kept is right, of whichever program
  if (url.pathname.startsWith("/assets/") || holds(url.origin + url.pathname)) asked.respondWith(fileFor(request));
});
