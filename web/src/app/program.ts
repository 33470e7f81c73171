/**
 * The program on the device: a service worker keeps its files, so that it opens without a network. A newer program waits until the
 * person takes it up or has closed every window; what waits to be sent lies in the device's database and is not touched by it.
 */
let waiting: ServiceWorker | null = null;
const told = new Set<() => void>();

function tell(worker: ServiceWorker | null): void {
  waiting = worker;
  for (const listener of told) listener();
}

/** Long enough for a worker to take over by itself, ms. */
const SHORTLY = 1_000;

/** A worker waits: where it keeps this very page, which came from the server, it may go on; otherwise the person is told. */
function arrived(worker: ServiceWorker): void {
  const entry = document.querySelector<HTMLScriptElement>('script[type="module"]')?.src ?? "";
  worker.postMessage({ entry });
  setTimeout(() => {
    if (worker.state === "installed") tell(worker);
  }, SHORTLY);
}

function follow(registration: ServiceWorkerRegistration): void {
  // the first one has nobody to wait for
  if (registration.waiting && navigator.serviceWorker.controller) arrived(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) arrived(worker);
    });
  });
  // a page that is open for days asks when it is looked at again
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") registration.update().catch(() => undefined);
  });
}

export function keepProgram(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("/sw.js").then(follow, () => undefined);
}

/** For `useSyncExternalStore`: whether a newer program waits. */
export const newer = {
  subscribe: (listener: () => void) => {
    told.add(listener);
    return () => told.delete(listener);
  },
  read: () => waiting !== null,
};

export function takeNewer(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => window.location.reload(), { once: true });
  waiting?.postMessage({ entry: null });
}
