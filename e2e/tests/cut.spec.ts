import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type BrowserContext, type Page, expect } from "@playwright/test";

import { closedDevice, fillVisit, openDevice, phone, picture, prepared, reborn, signVisit } from "./outdoors";
import { type System, start, test } from "./system";

let system: System;
const kept = mkdtempSync(join(tmpdir(), "anjian-kept-"));
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
  rmSync(kept, { recursive: true, force: true });
});

/** Whatever a round of sending asks of the server. */
const SENT = /\/api\/(session$|field\/|enforcement-documents\/)/;

/** Keeps all that lies on the phone, sealed as it is, or puts it back as it was kept. */
async function device(page: Page, what: "keep" | "put back"): Promise<void> {
  await page.evaluate(async (what) => {
    const done = <T>(asked: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    const opening = indexedDB.open("kept");
    opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
    const kept = await done(opening);
    const name = (await indexedDB.databases()).map((own) => own.name ?? "").find((own) => own.startsWith("anjian-field-"));
    const own = await done(indexedDB.open(name ?? ""));
    for (const store of ["meta", "queue", "blobs"]) {
      if (what === "keep") {
        const rows = await done(own.transaction(store).objectStore(store).getAll());
        await done(kept.transaction("kept", "readwrite").objectStore("kept").put(rows, store));
      } else {
        const rows = await done(kept.transaction("kept").objectStore("kept").get(store));
        const into = own.transaction(store, "readwrite").objectStore(store);
        await done(into.clear());
        for (const row of rows) await done(into.put(row));
      }
    }
    own.close();
    kept.close();
  }, what);
}

/** All that the server has of what was done in the field. */
async function arrived(page: Page, firm: string): Promise<unknown> {
  return page.evaluate(async (firm) => {
    const get = async (path: string) => (await fetch(path)).json();
    const digest = async (path: string) => {
      const bytes = await crypto.subtle.digest("SHA-256", await (await fetch(path)).arrayBuffer());
      return Array.from(new Uint8Array(bytes), (own) => own.toString(16).padStart(2, "0")).join("");
    };
    const dangers = [];
    for (const row of (await get("/api/dangers?limit=200")).items.filter((own: { case: { title: string } }) => /^(断网隐患|断网检查)/.test(own.case.title))) {
      const { city, id, title, number, events, version } = row.case;
      const danger = await get(`/api/dangers/${city}/${id}`);
      const photos = [];
      for (const photo of danger.photos) photos.push(await digest(`/api/danger-photos/${city}/${photo.id}`));
      dangers.push({ title, number, events, version, photos });
    }
    const visits = [];
    for (const row of (await get("/api/visits?limit=200")).items.filter((own: { enterprise_name: string; place: string }) => own.enterprise_name === firm && own.place === "断网车间")) {
      const visit = await get(`/api/visits/${row.city}/${row.id}`);
      visits.push({
        state: visit.visit.state,
        findings: visit.findings.map((own: { content: string; danger: string | null; photos: unknown[] }) => [own.content, own.danger !== null, own.photos.length]),
        documents: visit.documents.map((own: { form: string; number: string | null; state: string }) => [own.form, own.number, own.state]),
        signatures: Object.keys(visit.signatures).sort(),
      });
    }
    return { dangers: dangers.sort((one, other) => one.title.localeCompare(other.title)), visits };
  }, firm);
}

type Lost = "request" | "answer" | "without a word";

/** Sends until nothing waits; the network cuts the request of that place, before the server gets it or when it has answered, or tells nobody that it lost it. The requests there were, and whether one was cut. */
async function sent(context: BrowserContext, page: Page, place: number, lost: Lost): Promise<{ asked: string[]; cut: boolean }> {
  const told = { asked: [] as string[], cut: false };
  await context.route(SENT, async (route) => {
    told.asked.push(route.request().url());
    if (told.asked.length !== place + 1) return route.continue();
    told.cut = true;
    if (lost === "without a word") return;
    if (lost === "answer") await route.fetch();
    await route.abort("connectionreset");
  });
  await context.setOffline(false);
  await page.getByRole("tab", { name: /^待同步/ }).click();
  await expect(async () => {
    await page.getByRole("button", { name: "立即同步" }).click({ timeout: 1_000 });
    await expect(page.getByText("全部已同步")).toBeVisible({ timeout: 1_000 });
  }).toPass({ intervals: [100] });
  await context.unroute(SENT);
  return told;
}

test("wherever the network cuts what comes back from the field, it arrives once, whole and with the same numbers", async ({ browser }) => {
  test.setTimeout(600_000);
  const context = await phone(browser);
  let page = await context.newPage();
  const firm = await prepared(page, system);
  await context.setOffline(true);
  page = await reborn(context, page, system);
  await openDevice(page);
  await page.locator(".field-row", { hasText: firm }).first().click();
  await page.getByRole("button", { name: "登记隐患" }).click();
  await page.getByLabel("隐患部位").fill("断网车间");
  await page.getByLabel("隐患内容").fill("断网隐患");
  await page.locator("#danger-photo").setInputFiles({ name: "隐患.png", mimeType: "image/png", buffer: await picture(page, 1200) });
  await expect(page.locator(".field-photos img")).toBeVisible();
  await page.getByRole("button", { name: "15 天" }).click();
  await page.getByRole("button", { name: "保存到设备" }).click();
  await expect(page.getByRole("tab", { name: "待同步 1" })).toBeVisible();
  await page.getByRole("button", { name: "现场检查" }).click();
  await page.getByLabel("检查场所").fill("断网车间");
  await fillVisit(page, "断网检查的问题", await picture(page, 400));
  await signVisit(page, "拒绝签名");
  await page.getByRole("button", { name: "签名完毕，保存到设备" }).click();
  await expect(page.getByRole("tab", { name: "待同步 4" })).toBeVisible();

  // from here the phone and the server are put back to this moment before each cut
  page = await reborn(context, page, system);
  await closedDevice(page);
  await device(page, "keep");
  await system.again((folder) => cpSync(folder, kept, { recursive: true }));
  const whole = async (place: number, lost: Lost) => {
    await context.setOffline(true);
    page = await reborn(context, page, system);
    await closedDevice(page);
    await device(page, "put back");
    await system.again((folder) => {
      rmSync(folder, { recursive: true, force: true });
      cpSync(kept, folder, { recursive: true });
    });
    await openDevice(page);
    await expect(page.getByRole("tab", { name: "待同步 4" })).toBeVisible();
    const told = await sent(context, page, place, lost);
    return { ...told, found: await arrived(page, firm) };
  };
  const uncut = await whole(-1, "request");
  expect(uncut.found).toMatchObject({
    dangers: [{ title: "断网检查的问题" }, { title: "断网隐患", photos: [expect.any(String)] }],
    visits: [{ state: "finished", findings: [["断网检查的问题", true, 1]], documents: [["inspection_record", expect.any(String), "issued"], ["correction_order", expect.stringMatching(/〔\d{4}〕/), "issued"]] }],
  });
  // what it asks of the server before and after the last thing that is done is only how it stands
  const last = uncut.asked.findLastIndex((own) => !/\/(session|state)$/.test(own));
  const parts = uncut.asked.filter((own) => own.includes("/photos/"));
  expect([parts.length > 2, new Set(parts).size]).toEqual([true, parts.length]);
  for (let place = 0; place <= last; place++) {
    for (const lost of ["request", "answer"] as const) {
      const own = await whole(place, lost);
      expect(own.cut, `request ${place} was cut`).toBe(true);
      expect(own.found, `the ${lost} ${place} was lost`).toEqual(uncut.found);
    }
  }
  expect((await whole(0, "without a word")).found).toEqual(uncut.found);
  await context.close();
});
