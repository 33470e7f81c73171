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
