/**
 * The device's own database, one for each account: who it belongs to, the enterprises taken along, what waits to be sent, and photos.
 * All of it but the order and the state of what waits is sealed. The key is in memory only, while the device is open.
 */
import Dexie, { type Table } from "dexie";

import type { Schemas } from "../../api/client";
import { type Sealed, keyFrom, open, openBytes, partFrom, randomBytes, seal, sealBytes } from "./seal";

export type Packed = Schemas["PackedEnterprise"];
export type Section = Schemas["SectionView"];
export type Done = Schemas["FieldWorkDone"];
export type Card = Pick<Schemas["OfficerCard"], "id" | "name" | "number" | "agency" | "agency_name" | "valid_from" | "valid_to">;

/** An item of a checklist, as the rule tells it. */
export interface VisitItem {
  code: string;
  unit: string;
  content: string;
  method: string;
  level: string;
  basis: string;
}
export type ArchiveRecord = Schemas["RecordView"];

/** Wrong PINs after which the device gives up the server's half, and after which it wipes itself. */
export const GIVES_UP = 5;
export const WIPES = 10;

interface Device {
  key: "device";
  id: string;
  name: string;
  account: string;
  accountName: string;
  salt: Uint8Array<ArrayBuffer>;
  part: CryptoKey | null;
  /** Something known, to try a PIN on. */
  probe: Sealed;
  wrong: number;
  /** The server's clock less this device's when they last met, ms. */
  offset: number;
  /** When that was, by the server's clock. */
  metAt: string;
}

/** A choice of a form. */
export interface Choice {
  value: string;
  label: string;
}

/** What the forms need, taken along with the enterprises. */
export interface Forms {
  sections: Section[];
  /** Kinds of dangers, and the criteria of major ones. */
  categories: Choice[];
  criteria: Choice[];
  /** What the officer may do. */
  powers: string[];
  /** Of officers who may make visits. */
  cards: Card[];
  /** By sector. */
  checklists: Record<string, VisitItem[]>;
}

/** A photo on the device, under its own id. */
export interface Photo {
  id: string;
  name: string;
  type: string;
  size: number;
}

/** What became of a thing done in the field. */
export type State = "waiting" | "sending" | "sent" | "conflict" | "refused";

/** A thing done in the field, to be sent when it can. */
export interface Work {
  /** By which the server knows it again: however often it is sent, it is done once. */
  id: string;
  what: string;
  enterprise: string;
  enterpriseName: string;
  /** `PUT` is something that happened, which the server dates; the others are ordinary requests of the interface. */
  method: "POST" | "PUT";
  /** `{answer}` in it stands for the id in the answer to `after`, `{document:form}` for that of a document in it. */
  path: string;
  body: Record<string, unknown> | null;
  after: string | null;
  /** The photo that is the body of a request. */
  file: Photo | null;
  /** The photos of something that happened. */
  photos: Photo[];
  /** It as it was filled in, to be filled in again where it is refused. */
  half: unknown;
  /** The record as it was read, where one is changed. */
  base: ArchiveRecord | null;
  /** What was done in words. */
  said: string;
  /** By the device's clock, ISO; how far that was from the server's when they last met, ms; and when that was. */
  doneAt: string;
  offset: number;
  metAt: string;
  answer: unknown;
  /** Why it was refused. */
  problem: string;
  /** The row as it stands at the server, where it was changed meanwhile. */
  current: ArchiveRecord | null;
}

interface QueueRow {
  id: string;
  order: number;
  state: State;
  sealed: Sealed;
}

export interface Queued {
  state: State;
  order: number;
  work: Work;
}

const PREFIX = "anjian-field-";

class Field extends Dexie {
  declare meta: Table<Device, string>;
  declare packs: Table<{ id: string; sealed: Sealed }, string>;
  declare queue: Table<QueueRow, string>;
  declare blobs: Table<{ id: string; sealed: Sealed }, string>;
  declare drafts: Table<{ id: string; sealed: Sealed }, string>;
  constructor(name: string) {
    super(name);
    this.version(1).stores({ meta: "key", packs: "id", queue: "id, order", blobs: "id", drafts: "id" });
  }
}

/** A device that is open: its database and its key. */
export interface Opened {
  db: Field;
  key: CryptoKey;
  device: Device;
}

export interface Known {
  db: Field;
  device: Device;
}

/** The devices enrolled in this browser. */
export async function known(): Promise<Known[]> {
  const names = (await Dexie.getDatabaseNames()).filter((name) => name.startsWith(PREFIX));
  const found: Known[] = [];
  for (const name of names) {
    const db = new Field(name);
    const device = await db.meta.get("device");
    if (device) found.push({ db, device });
    else await db.delete();
  }
  return found;
}

export async function enrol(given: { id: string; name: string; part: string; account: string; accountName: string; pin: string; offset: number; metAt: string }): Promise<Opened> {
  const db = new Field(PREFIX + given.account);
  const salt = randomBytes(16);
  const part = await partFrom(given.part);
  const key = await keyFrom(given.pin, salt, part);
  const { id, name, account, accountName, offset, metAt } = given;
  const device: Device = { key: "device", id, name, account, accountName, salt, part, probe: await seal(key, "anjian"), wrong: 0, offset, metAt };
  await db.meta.put(device);
  return { db, key, device };
}

export type Unlocked = { opened: Opened } | { left: number } | { gone: "part" | "all" };

/** Tries a PIN. The try is counted before it is made, so that nobody gets a free one by killing the program. */
export async function unlock({ db }: Known, pin: string): Promise<Unlocked> {
  const device = await db.meta.get("device");
  if (!device) return { gone: "all" };
  if (!device.part) return { gone: "part" };
  const wrong = device.wrong + 1;
  await db.meta.update("device", { wrong });
  try {
    const key = await keyFrom(pin, device.salt, device.part);
    await open(key, device.probe);
    await db.meta.update("device", { wrong: 0 });
    return { opened: { db, key, device: { ...device, wrong: 0 } } };
  } catch {
    if (wrong >= WIPES) {
      await db.delete();
      return { gone: "all" };
    }
    if (wrong === GIVES_UP) {
      await db.meta.update("device", { part: null });
      return { gone: "part" };
    }
    return { left: (wrong < GIVES_UP ? GIVES_UP : WIPES) - wrong };
  }
}

/** The server's half once more. */
export async function giveBack({ db }: Known, part: string): Promise<void> {
  await db.meta.update("device", { part: await partFrom(part) });
}

/** Remembers how far the clocks are apart. */
export async function met({ db, device }: Known, offset: number, metAt: string): Promise<void> {
  device.offset = offset;
  device.metAt = metAt;
  await db.meta.update("device", { offset, metAt });
}

const FORMS = "forms";

export async function keepPack({ db, key }: Opened, enterprises: Packed[], forms: Forms): Promise<void> {
  const rows = await Promise.all(enterprises.map(async (own) => ({ id: own.id, sealed: await seal(key, own) })));
  const sealed = await seal(key, forms);
  await db.transaction("rw", db.packs, async () => {
    await db.packs.clear();
    await db.packs.bulkPut([...rows, { id: FORMS, sealed }]);
  });
}

export async function packs({ db, key }: Opened): Promise<{ enterprises: Packed[]; forms: Forms }> {
  const rows = await db.packs.toArray();
  const opened = await Promise.all(rows.map(async (row) => ({ id: row.id, value: await open<unknown>(key, row.sealed) })));
  return {
    enterprises: opened.filter((row) => row.id !== FORMS).map((row) => row.value as Packed),
    forms: (opened.find((row) => row.id === FORMS)?.value ?? { sections: [], categories: [], criteria: [], powers: [], cards: [], checklists: {} }) as Forms,
  };
}

/** What is half filled in. */
export async function draft<T>({ db, key }: Opened, id: string): Promise<T | null> {
  const row = await db.drafts.get(id);
  return row ? open<T>(key, row.sealed) : null;
}

export async function keepDraft({ db, key }: Opened, id: string, value: unknown): Promise<void> {
  await db.drafts.put({ id, sealed: await seal(key, value) });
}

export async function dropDraft({ db }: Opened, id: string, photos: Photo[]): Promise<void> {
  await db.transaction("rw", db.drafts, db.blobs, async () => {
    await db.drafts.delete(id);
    await db.blobs.bulkDelete(photos.map((own) => own.id));
  });
}

async function followersOf(opened: Opened, work: Work): Promise<Work[]> {
  return (await queued(opened)).filter((own) => own.work.after === work.id).map((own) => own.work);
}

/** Turns what was refused back into something half filled in; what would have followed it is made anew with it. */
export async function reopen(opened: Opened, work: Work, id: string, value: unknown): Promise<void> {
  const { db, key } = opened;
  const gone = [work, ...(await followersOf(opened, work))];
  const sealed = await seal(key, value);
  await db.transaction("rw", db.drafts, db.queue, async () => {
    await db.drafts.put({ id, sealed });
    await db.queue.bulkDelete(gone.map((own) => own.id));
  });
}

/** Keeps a photo: from here on it is on the device, whatever becomes of the page. */
export async function keepPhoto({ db, key }: Opened, own: Photo, bytes: ArrayBuffer): Promise<void> {
  await db.blobs.put({ id: own.id, sealed: await sealBytes(key, bytes) });
}

export async function dropPhoto({ db }: Opened, id: string): Promise<void> {
  await db.blobs.delete(id);
}

/** Puts what the server says of a record now in place of what was taken along. */
export async function refreshRecord(opened: Opened, enterprise: string, record: ArchiveRecord): Promise<void> {
  const row = await opened.db.packs.get(enterprise);
  if (!row) return;
  const pack = await open<Packed>(opened.key, row.sealed);
  const others = pack.archive.records.filter((own) => (own as unknown as ArchiveRecord).id !== record.id);
  pack.archive.records = [...others, record] as unknown as Packed["archive"]["records"];
  await opened.db.packs.put({ id: enterprise, sealed: await seal(opened.key, pack) });
}

export async function queued({ db, key }: Opened): Promise<Queued[]> {
  const rows = await db.queue.orderBy("order").toArray();
  return Promise.all(rows.map(async ({ state, order, sealed }) => ({ state, order, work: await open<Work>(key, sealed) })));
}

/** Adds works to the queue, all or none, in the place of what was half filled in; their photos are on the device already. */
export async function enqueue({ db, key }: Opened, works: Work[], half?: string): Promise<void> {
  const rows = await Promise.all(works.map(async (work) => ({ id: work.id, state: "waiting" as const, sealed: await seal(key, work) })));
  await db.transaction("rw", db.queue, db.drafts, async () => {
    const last = await db.queue.orderBy("order").last();
    await db.queue.bulkPut(rows.map((row, at) => ({ ...row, order: (last?.order ?? 0) + 1 + at })));
    if (half) await db.drafts.delete(half);
  });
}

function photosOf(work: Work): string[] {
  return [...work.photos, ...(work.file ? [work.file] : [])].map((own) => own.id);
}

export async function settle({ db, key }: Opened, { work, order }: Queued, state: State): Promise<void> {
  const sealed = await seal(key, work);
  await db.transaction("rw", db.queue, db.blobs, async () => {
    await db.queue.put({ id: work.id, order, state, sealed });
    if (state === "sent") await db.blobs.bulkDelete(photosOf(work));
  });
}

/** Puts a work in the place of another one: what it is made against is newer, so it is another request with a key of its own. */
export async function replace(opened: Opened, old: Queued, work: Work): Promise<void> {
  const { db, key } = opened;
  // what follows it follows the new one
  const after = (await queued(opened)).filter((own) => own.work.after === old.work.id);
  const followers = await Promise.all(
    after.map(async (own) => ({ id: own.work.id, order: own.order, state: own.state, sealed: await seal(key, { ...own.work, after: work.id }) })),
  );
  const sealed = await seal(key, work);
  await db.transaction("rw", db.queue, async () => {
    await db.queue.delete(old.work.id);
    await db.queue.bulkPut([{ id: work.id, order: old.order, state: "waiting", sealed }, ...followers]);
  });
}

/** Gives up a work with its photos, and what would have followed it. */
export async function drop(opened: Opened, work: Work): Promise<void> {
  const { db } = opened;
  const gone = [work, ...(await followersOf(opened, work))];
  await db.transaction("rw", db.queue, db.blobs, async () => {
    await db.queue.bulkDelete(gone.map((own) => own.id));
    await db.blobs.bulkDelete(gone.flatMap(photosOf));
  });
}

export async function photo({ db, key }: Opened, id: string): Promise<ArrayBuffer | null> {
  const row = await db.blobs.get(id);
  return row ? openBytes(key, row.sealed) : null;
}

export async function wipe({ db }: Known): Promise<void> {
  await db.delete();
}
