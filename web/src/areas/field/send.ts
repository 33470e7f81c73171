/**
 * Sends what waits, in the order in which it was done. A thing is marked before it leaves, so that one whose answer never came is sent
 * again with the same key, and the server answers what it answered the first time.
 */
import { ApiError, REACH, currentCsrf } from "../../api/client";
import { readSession } from "../../app/session";
import { type ArchiveRecord, type Known, type Opened, type Photo, type Queued, type State, type Work, met, photo, queued, refreshRecord, settle, wipe } from "./store";

/** How a round ended: all gone through, no network, nobody (or somebody else) signed in, or the device is revoked and wiped. */
export type Ended = "done" | "offline" | "signed-out" | "other-account" | "revoked";

/** What is sent may take a minute, and a second more for each 4 KB of it: a weak 2G link carries as much. */
const patience = (bytes: number) => AbortSignal.timeout(60_000 + bytes / 4);

/** Asks the server for the time and whether the device may go on; wipes it where not. Null without a network. */
export async function contact(opened: Known, limit = REACH): Promise<{ revoked: boolean } | null> {
  try {
    const before = Date.now();
    const answer = await fetch(`/api/field/devices/${opened.device.id}/state`, { signal: AbortSignal.timeout(limit) });
    if (!answer.ok) return null;
    const { revoked, now } = (await answer.json()) as { revoked: boolean; now: string };
    if (revoked) await wipe(opened);
    else await met(opened, Math.round(new Date(now).getTime() - (before + Date.now()) / 2), now);
    return { revoked };
  } catch {
    return null;
  }
}

/** Bytes of one part of a photo: what a cut costs at most. */
const PART = 256 * 1024;

interface Said {
  status: number;
  body: unknown;
}

async function request(method: string, path: string, headers: Record<string, string>, body: BodyInit | null, bytes = 0): Promise<Said> {
  const answer = await fetch(path, { method, headers: { "X-CSRF-Token": currentCsrf(), ...headers }, body, signal: patience(bytes) });
  // a cut in the middle of the answer is no answer
  return { status: answer.status, body: JSON.parse((await answer.text()) || "null") };
}

const GONE: Said = { status: 400, body: { detail: "这台设备上已经没有要发送的内容。" } };

/** Sends a photo part by part from where the server has it; null once it has all of it. */
async function sendPhoto(opened: Opened, own: Photo): Promise<Said | null> {
  const bytes = await photo(opened, own.id);
  if (!bytes) return GONE;
  for (let offset = 0; ; ) {
    const said = await request("PUT", `/api/field/photos/${own.id}?offset=${offset}`, { "Content-Type": "application/octet-stream" }, bytes.slice(offset, offset + PART), PART);
    if (said.status !== 200) return said;
    const { received } = said.body as { received: number };
    if (received >= bytes.byteLength) return null;
    if (received === offset) return { status: 503, body: null };
    offset = received;
  }
}

/** Sends a work; the answer of the server, or what stood in its way. */
async function ask(opened: Opened, work: Work, path: string): Promise<Said> {
  if (work.method === "PUT") {
    for (const own of work.photos) {
      const stopped = await sendPhoto(opened, own);
      if (stopped) return stopped;
    }
    const times = { done_at: work.doneAt, sent_at: new Date().toISOString(), clock_offset: work.offset, met_at: work.metAt };
    return request("PUT", path, { "Content-Type": "application/json" }, JSON.stringify({ ...work.body, ...times, device: opened.device.id }));
  }
  const key = { "Idempotency-Key": work.id };
  if (!work.file) return request(work.method, path, { ...key, "Content-Type": "application/json" }, JSON.stringify(work.body));
  const bytes = await photo(opened, work.file.id);
  if (!bytes) return GONE;
  const form = new FormData();
  form.append("file", new File([bytes], work.file.name, { type: work.file.type }));
  return request(work.method, path, key, form, bytes.byteLength);
}

interface Answer {
  state: State;
  stop?: Ended;
}

/** What an answer means; the work takes it up. */
export function judge(work: Work, status: number, body: unknown): Answer {
  const said = (typeof body === "object" && body !== null ? body : {}) as { code?: string; detail?: string; current?: ArchiveRecord; errors?: { message: string }[] };
  if (status >= 200 && status < 300) {
    work.answer = body;
    return { state: "sent" };
  }
  if (status === 401) return { state: "waiting", stop: "signed-out" };
  if (status === 429 || status >= 500) return { state: "waiting", stop: "offline" };
  // what the server gave up of a photo is sent again
  if (said.code === "photo.incomplete") return { state: "waiting" };
  work.problem = [said.detail ?? `服务器没有接受（${status}）。`, ...(said.errors ?? []).map((own) => own.message)].join(" ");
  work.current = status === 409 && said.current ? said.current : null;
  return { state: work.current ? "conflict" : "refused" };
}

async function send(opened: Opened, own: Queued, path: string): Promise<Answer> {
  await settle(opened, own, "sending");
  try {
    const said = await ask(opened, own.work, path);
    return judge(own.work, said.status, said.body);
  } catch {
    return { state: "waiting", stop: "offline" };
  }
}

/** What was taken along follows what became of it. */
async function follow(opened: Opened, work: Work, path: string): Promise<void> {
  let rows = (Array.isArray(work.answer) ? work.answer : [work.answer]) as ArchiveRecord[];
  // a paper makes another version of its record
  const paper = work.file ? /^\/api\/records\/([^/]+)\/([^/]+)\/attachments$/.exec(path) : null;
  if (paper) rows = [(await request("GET", `/api/records/${paper[1]}/${paper[2]}`, {}, null)).body as ArchiveRecord];
  for (const row of rows) if (row?.section) await refreshRecord(opened, work.enterprise, row);
}

/** The address of what follows another work, once that is answered. */
function address(path: string, first: { id: string; documents?: { id: string; form: string }[] }): string {
  return path.replace("{answer}", first.id).replace(/\{document:(\w+)\}/, (_, form: string) => first.documents?.find((own) => own.form === form)?.id ?? "");
}

async function round(opened: Opened, onStep: () => void): Promise<Ended> {
  const state = await contact(opened);
  if (!state) return "offline";
  if (state.revoked) return "revoked";
  try {
    const session = await readSession();
    if (session.account.id !== opened.device.account) return "other-account";
  } catch (error) {
    return error instanceof ApiError && error.status === 401 ? "signed-out" : "offline";
  }
  const answers = new Map<string, unknown>();
  for (const own of await queued(opened)) {
    const { work } = own;
    if (own.state === "sent") answers.set(work.id, work.answer);
    if (own.state !== "waiting" && own.state !== "sending") continue;
    // what it belongs to is not there yet
    if (work.after && !answers.has(work.after)) continue;
    const path = work.after ? address(work.path, answers.get(work.after) as { id: string }) : work.path;
    const answer = await send(opened, own, path);
    await settle(opened, own, answer.state);
    if (answer.state === "sent") {
      answers.set(work.id, work.answer);
      await follow(opened, work, path).catch(() => undefined);
    }
    onStep();
    if (answer.stop) return answer.stop;
  }
  return "done";
}

/** One round of sending; nothing where another window is at it. */
export async function sendAll(opened: Opened, onStep: () => void): Promise<Ended | null> {
  return navigator.locks.request(`anjian-field-${opened.device.account}`, { ifAvailable: true }, (lock) => (lock ? round(opened, onStep) : null));
}
