import { expect } from "@playwright/test";

import { fillVisit, openDevice, phone, picture, prepared, reborn, sendAll, signVisit } from "./outdoors";
import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

test("a danger found without a network, on a phone that dies and whose clock is wrong, comes once, whole and rightly dated", async ({ browser }) => {
  test.setTimeout(300_000);
  const context = await phone(browser);
  let page = await context.newPage();
  const firm = await prepared(page, system);

  // no network from here on, and the clock of the phone falls back by more than a day
  await context.setOffline(true);
  await context.addInitScript(() => {
    const right = Date;
    const behind = 26 * 3_600_000;
    class Behind extends right {
      constructor(...given: unknown[]) {
        if (given.length === 0) super(right.now() - behind);
        else super(...(given as [number]));
      }
      static override now() {
        return right.now() - behind;
      }
    }
    globalThis.Date = Behind as DateConstructor;
  });
  page = await reborn(context, page, system);
  await expect(page.getByText("外勤（离线打开）")).toBeVisible();
  await openDevice(page);
  await page.locator(".field-row", { hasText: firm }).first().click();
  await page.getByRole("button", { name: "登记隐患" }).click();
  await page.getByLabel("隐患部位").fill("二楼注塑车间东侧");
  await page.getByLabel("隐患内容").fill("配电箱没有门，线头裸露");
  await page.locator("#danger-photo").setInputFiles({ name: "配电箱.png", mimeType: "image/png", buffer: await picture(page) });
  await expect(page.locator(".field-photos img")).toBeVisible();
  await expect(page.getByText("已存在设备上，关掉也不会丢。")).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/field-danger-phone.png" });

  // the phone dies while it is filled in: nothing is lost, and nothing is seen without the PIN
  page = await reborn(context, page, system);
  await page.getByLabel("输入 PIN 打开外勤资料").fill("111222");
  await page.getByRole("button", { name: /打\s*开/ }).click();
  await expect(page.getByText("PIN 不对，还可以试 4 次。")).toBeVisible();
  await expect(page.getByText(firm)).toHaveCount(0);
  await openDevice(page);
  await page.locator(".field-row", { hasText: firm }).first().click();
  await page.getByRole("button", { name: "登记隐患" }).click();
  await expect(page.getByLabel("隐患内容")).toHaveValue("配电箱没有门，线头裸露");
  await expect(page.locator(".field-photos img")).toBeVisible();
  await page.getByRole("button", { name: "15 天" }).click();
  await page.getByRole("button", { name: "保存到设备" }).click();
  await expect(page.getByRole("tab", { name: "待同步 1" })).toBeVisible();

  // it dies again; the queue is still there
  page = await reborn(context, page, system);
  await openDevice(page);
  await page.getByRole("tab", { name: "待同步 1" }).click();
  await expect(page.locator(".field-item", { hasText: "配电箱没有门" })).toContainText("等待发送");
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/field-queue-phone.png" });

  // the network comes: the server does what it is sent, but every first answer is lost on the way
  const seen = new Set<string>();
  let sends = 0;
  await context.route(/\/api\/field\/(photos|works)\//, async (route) => {
    const address = route.request().url();
    if (address.includes("/works/")) sends++;
    if (seen.has(address)) return route.continue();
    seen.add(address);
    await route.fetch();
    await route.abort("connectionreset");
  });
  await context.setOffline(false);
  await sendAll(page);
  await expect(page.locator(".field-item", { hasText: "配电箱没有门" })).toContainText("设备时钟调整过，请核对");
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/field-synced-phone.png" });
  expect(sends).toBe(2);
  expect([...seen].filter((address) => address.includes("/photos/")).length).toBeGreaterThan(1);
  const found = await page.evaluate(async () => {
    const all = (await (await fetch("/api/dangers?limit=200")).json()).items as { case: { city: string; id: string; title: string } }[];
    const own = all.filter((row) => row.case.title.startsWith("配电箱没有门"));
    const { city, id } = own[0]?.case ?? { city: "", id: "" };
    const danger = await (await fetch(`/api/dangers/${city}/${id}`)).json();
    const events = await (await fetch(`/api/cases/${city}/${id}/events`)).text();
    const answer = await fetch("/api/session");
    return { dangers: own.length, photos: danger.photos.length, day: danger.detail.found_on, events, now: answer.headers.get("date") ?? "" };
  });
  expect(found).toMatchObject({ dangers: 1, photos: 1 });
  expect(found.events).toContain("外勤离线登记");
  // found minutes ago: today, or yesterday where it is just past midnight; never the day of the phone's clock
  const day = (before: number) => new Date(Date.now() - before).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
  expect([day(0), day(10 * 60_000)]).toContain(found.day);
  await context.close();
});

test("a visit made without a network is signed on a phone that dies, comes back whole and once, and its order takes a number only then", async ({ browser }) => {
  test.setTimeout(300_000);
  const context = await phone(browser);
  let page = await context.newPage();
  const firm = await prepared(page, system);
  await context.setOffline(true);
  page = await reborn(context, page, system);
  await openDevice(page);
  await page.locator(".field-row", { hasText: firm }).first().click();
  await page.getByRole("button", { name: "现场检查" }).click();
  await fillVisit(page, "二楼车间安全出口上锁", await picture(page));
  await fitsItsScreen(page);
  // what is drafted here has no number and no effect, and says so
  await page.getByRole("button", { name: "看草稿：责令限期整改指令书" }).click();
  await expect(page.getByText("草稿：尚未签发，没有文号，不产生效力")).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/field-draft-phone.png" });
  await page.locator(".ant-modal-close").click();
  // without signatures it does not end
  await page.getByRole("button", { name: "签名完毕，保存到设备" }).click();
  await expect(page.getByText(/^还没有填写：两名执法人员签名/)).toBeVisible();
  await signVisit(page, "现场负责人拒绝签名，社区干部在场见证");
  await expect(page.getByText(/已存在设备上，关掉也不会丢。/)).toBeVisible();
  await page.screenshot({ path: "shots/field-sign-phone.png" });

  // the phone dies: signatures, photo and answers are there
  page = await reborn(context, page, system);
  await openDevice(page);
  await page.locator(".field-row", { hasText: firm }).first().click();
  await page.getByRole("button", { name: "现场检查" }).click();
  await expect(page.locator(".signature-drawn")).toHaveCount(2);
  await expect(page.getByLabel("问题 1 内容")).toHaveValue("二楼车间安全出口上锁");
  await page.getByRole("button", { name: "签名完毕，保存到设备" }).click();
  await expect(page.getByRole("tab", { name: "待同步 3" })).toBeVisible();

  // the network comes; the first answer to the visit and to each document is lost
  const seen = new Set<string>();
  await context.route(/\/api\/(field\/works|enforcement-documents)\//, async (route) => {
    const address = route.request().url();
    if (seen.has(address) || route.request().method() === "GET") return route.continue();
    seen.add(address);
    await route.fetch();
    await route.abort("connectionreset");
  });
  await context.setOffline(false);
  await sendAll(page);
  expect(seen.size).toBe(3);
  await expect(page.getByText(/^文号：.+〔\d{4}〕/)).toHaveCount(2);
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/field-visit-synced-phone.png" });
  const found = await page.evaluate(async (name) => {
    const all = (await (await fetch("/api/visits?limit=200")).json()).items as { city: string; id: string; enterprise_name: string; state: string }[];
    const own = all.filter((row) => row.enterprise_name === name && row.state === "finished");
    const visit = await (await fetch(`/api/visits/${own[0]?.city}/${own[0]?.id}`)).json();
    return {
      visits: own.length,
      findings: visit.findings.map((one: { content: string; danger: string | null; photos: unknown[] }) => [one.content, one.danger !== null, one.photos.length]),
      documents: visit.documents.map((one: { form: string; state: string }) => [one.form, one.state]),
      refused: visit.signatures.enterprise.refused,
    };
  }, firm);
  expect(found).toEqual({
    visits: 1,
    findings: [["二楼车间安全出口上锁", true, 1]],
    documents: [["inspection_record", "issued"], ["correction_order", "issued"]],
    refused: "现场负责人拒绝签名，社区干部在场见证",
  });
  await context.close();
});

test("a record filled in without a network comes once with its paper; what was changed meanwhile is shown in both versions; a device that is revoked empties itself", async ({ browser }) => {
  test.setTimeout(300_000);
  const context = await phone(browser);
  let page = await context.newPage();
  const firm = await prepared(page, system);

  // no network from here on
  await context.setOffline(true);
  page = await reborn(context, page, system);
  await openDevice(page);
  await page.screenshot({ path: "shots/field-offline-phone.png" });
  await page.locator(".field-row", { hasText: firm }).first().click();
  await page.getByRole("button", { name: "填报记录" }).click();
  await page.locator("#field-section").fill("证照与许可");
  await page.getByTitle("证照与许可").click();
  // an option that is still on its way in may miss the click
  const kind = page.locator(".ant-form-item", { has: page.getByLabel("证照种类") });
  await expect(async () => {
    await page.getByLabel("证照种类").click();
    await page.getByTitle("安全生产许可证").last().click({ timeout: 3_000 });
    await expect(kind).toContainText("安全生产许可证", { timeout: 3_000 });
  }).toPass();
  await page.getByLabel("证照编号").fill("外勤〔2026〕0017");
  await page.locator("#field-photo").setInputFiles({ name: "许可证.png", mimeType: "image/png", buffer: await picture(page) });
  await expect(page.locator(".field-photos img")).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/field-record-phone.png" });
  await page.getByRole("button", { name: "保存到设备" }).click();
  await expect(page.getByRole("tab", { name: "待同步 2" })).toBeVisible();

  // the phone dies; without a network the queue is still there
  page = await reborn(context, page, system);
  await openDevice(page);
  await expect(page.getByRole("tab", { name: "待同步 2" })).toBeVisible();

  // the network comes and the server does what it is sent, but the first answer is lost on the way
  let lost = 0;
  await context.route(/\/api\/.*\/(records|attachments)$/, async (route) => {
    if (route.request().method() !== "POST" || lost++ % 2 === 1) return route.continue();
    await route.fetch();
    await route.abort("connectionreset");
  });
  await context.setOffline(false);
  await sendAll(page);
  expect(lost).toBeGreaterThanOrEqual(3);
  await context.unroute(/\/api\/.*\/(records|attachments)$/);
  const found = await page.evaluate(async (name) => {
    const [firm] = (await (await fetch(`/api/enterprises?limit=1&q=${encodeURIComponent(name)}`)).json()).items;
    const { items } = await (await fetch(`/api/enterprises/${firm.city}/${firm.id}/records?section=permit&limit=200`)).json();
    const own = items.filter((record: { number: string }) => record.number === "外勤〔2026〕0017");
    const papers = await (await fetch(`/api/records/${own[0].city}/${own[0].id}/attachments`)).json();
    return { records: own.length, papers: papers.items.length, record: own[0] };
  }, firm);
  expect(found).toMatchObject({ records: 1, papers: 1 });

  // verified in the field while somebody changed it at the desk: both versions are shown, and the officer decides
  await page.getByRole("tab", { name: /^企业/ }).click();
  const card = page.locator(".field-item", { hasText: "外勤〔2026〕0017" });
  if (!(await card.isVisible())) await page.locator(".field-row", { hasText: firm }).first().click();
  await context.setOffline(true);
  await card.getByRole("button", { name: "核实无误" }).click();
  await expect(card.getByText("核实：等待发送")).toBeVisible();
  const desk = await browser.newContext({ locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const table = await desk.newPage();
  await signIn(table, system, "town-officer", system.password("town-officer"));
  const changed = await table.evaluate(async (record) => {
    const headers = { "X-CSRF-Token": (await (await fetch("/api/session")).json()).csrf, "Content-Type": "application/json" };
    const path = `/api/records/${record.city}/${record.id}`;
    const { version, fields } = await (await fetch(path)).json();
    return (await fetch(path, { method: "PATCH", headers, body: JSON.stringify({ version, fields: { ...fields, number: "外勤〔2026〕0018" }, reason: "抄错一位" }) })).status;
  }, found.record);
  expect(changed).toBe(200);
  await desk.close();
  await context.setOffline(false);
  await page.getByRole("tab", { name: /^待同步/ }).click();
  await page.getByRole("button", { name: "立即同步" }).click();
  await expect(page.getByText("有冲突", { exact: true })).toBeVisible();
  await expect(page.getByText(/^现在的（第 \d+ 版）/)).toBeVisible();
  await expect(page.locator(".before", { hasText: "0017" })).toBeVisible();
  await expect(page.locator(".after", { hasText: "0018" })).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/field-conflict-phone.png", fullPage: true });
  await page.getByRole("button", { name: "按最新内容再提交" }).click();
  await expect(page.getByText("全部已同步")).toBeVisible();

  // lost and revoked from elsewhere: the next contact wipes it
  await page.evaluate(async () => {
    const { csrf } = await (await fetch("/api/session")).json();
    for (const device of await (await fetch("/api/field/devices")).json()) {
      await fetch(`/api/field/devices/${device.id}`, { method: "DELETE", headers: { "X-CSRF-Token": csrf } });
    }
  });
  await page.getByRole("button", { name: "立即同步" }).click();
  await expect(page.getByText("这台设备已被停用，资料已清除。")).toBeVisible();
  const names = await page.evaluate(async () => (await indexedDB.databases()).map((own) => own.name ?? ""));
  expect(names.filter((name) => name.startsWith("anjian-field"))).toEqual([]);
  await context.close();
});
