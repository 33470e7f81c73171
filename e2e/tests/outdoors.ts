/** A phone without a network: how it is prepared, dies, is opened and sends what waits. */
import { type Browser, type BrowserContext, type Page, expect } from "@playwright/test";

import { type System, fitsItsScreen, signIn } from "./system";

const PIN = "295817";

/** A picture as a phone takes it, as PNG, which goes in several parts; a narrow one in few or one. */
export async function picture(page: Page, width = 2400): Promise<Buffer> {
  const bytes = await page.evaluate(async (width) => {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = (width * 3) / 4;
    const pen = canvas.getContext("2d");
    // noise does not shrink
    for (let x = 0; x < canvas.width; x += 6) {
      for (let y = 0; y < canvas.height; y += 6) {
        if (pen) pen.fillStyle = `rgb(${(x * 7 + y * 13) % 256},${(x * y) % 256},${(x * 31 + y * 17) % 256})`;
        pen?.fillRect(x, y, 6, 6);
      }
    }
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    return Array.from(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)));
  }, width);
  return Buffer.from(bytes);
}

export async function phone(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
}

/** Signs in, enrols the phone and takes enterprises along; the name of one of them. */
export async function prepared(page: Page, system: System): Promise<string> {
  await signIn(page, system, "town-officer", system.password("town-officer"));
  // the program is kept before the network goes
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.goto(`${system.url}/field`);
  await page.getByLabel("设置 PIN").fill(PIN);
  await page.getByLabel("再输入一次").fill(PIN);
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/field-enrol-phone.png" });
  await page.getByRole("button", { name: "登记并打开" }).click();
  await page.getByRole("button", { name: "带上企业" }).click();
  await page.getByRole("button", { name: /^加上我计划检查的 [1-9]/ }).click();
  await expect(page.getByRole("button", { name: /^带走 [1-9]/ })).toBeEnabled();
  await page.getByRole("button", { name: /^全选这 [1-9]/ }).click();
  await page.getByRole("button", { name: /^带走 \d+ 家$/ }).click();
  await expect(page.locator(".field-row").first()).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/field-list-phone.png" });
  return ((await page.locator(".field-row b").first().textContent()) ?? "").trim();
}

/** The page is killed, and opened once more. */
export async function reborn(context: BrowserContext, page: Page, system: System): Promise<Page> {
  await page.close();
  const next = await context.newPage();
  await next.goto(`${system.url}/field`);
  return next;
}

/** Presses for sending until nothing waits. */
export async function sendAll(page: Page): Promise<void> {
  await page.getByRole("tab", { name: /^待同步/ }).click();
  await expect(async () => {
    await page.getByRole("button", { name: "立即同步" }).click();
    await expect(page.getByText("全部已同步")).toBeVisible({ timeout: 3_000 });
  }).toPass();
}

/** The device is closed and waits for its PIN; where it does not, the failure tells what the page says instead. */
export async function closedDevice(page: Page): Promise<void> {
  await expect(page.locator("body")).toContainText("输入 PIN 打开外勤资料");
  await expect(page.getByLabel("输入 PIN 打开外勤资料")).toBeVisible();
}

export async function openDevice(page: Page): Promise<void> {
  await page.getByLabel("输入 PIN 打开外勤资料").fill(PIN);
  await page.getByRole("button", { name: /打\s*开/ }).click();
  await expect(page.getByRole("tab", { name: /^待同步/ })).toBeVisible();
}

/** Draws in a field to sign in. */
export async function draw(page: Page, label: string): Promise<void> {
  const field = page.getByLabel(label);
  await field.scrollIntoViewIfNeeded();
  const box = await field.boundingBox();
  if (!box) throw new Error("no field to sign in");
  await page.mouse.move(box.x + 40, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, box.y + 60, { steps: 4 });
  await page.mouse.move(box.x + 140, box.y + 25, { steps: 4 });
  await page.mouse.up();
}

/** The first two officers whose cards are valid. */
export async function chooseOfficers(page: Page): Promise<void> {
  await page.getByLabel("执法人员（两名）").click();
  for (const at of [0, 1]) await page.locator(".ant-select-item-option:not(.ant-select-item-option-disabled)").nth(at).click();
  await page.keyboard.press("Escape");
}

/** Fills in a visit: two officers, the first item of the checklist not met, with a photo, and an order to put it right in seven days. */
export async function fillVisit(page: Page, found: string, photo: Buffer): Promise<void> {
  await chooseOfficers(page);
  await page.locator(".checklist-unit summary").first().click();
  const item = page.locator(".checklist-item").first();
  await item.getByText("不符合", { exact: true }).click();
  await item.getByRole("button", { name: "记录问题" }).click();
  await page.getByLabel("问题 1 内容").fill(found);
  await page.locator("#visit-photo-1").setInputFiles({ name: "问题.png", mimeType: "image/png", buffer: photo });
  await expect(page.locator(".field-photos img")).toBeVisible();
  await page.getByRole("button", { name: "7 天" }).click();
  await page.getByLabel("责令限期整改指令书", { exact: true }).check();
}

/** Both officers sign. */
export async function signOfficers(page: Page): Promise<void> {
  const pads = page.locator(".signature canvas");
  for (const at of [0, 1]) await draw(page, (await pads.nth(at).getAttribute("aria-label")) ?? "");
}

/** Both officers sign, and the enterprise refuses. */
export async function signVisit(page: Page, refused: string): Promise<void> {
  await signOfficers(page);
  await page.getByLabel("被检查单位拒绝签名").check();
  await page.getByLabel("拒绝签名的情况").fill(refused);
}
