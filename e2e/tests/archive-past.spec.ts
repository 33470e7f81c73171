import { type Page, expect } from "@playwright/test";

import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

const enter = (page: Page, login: string) => signIn(page, system, login, system.password(login));

/** An instant of the server that nothing written before or after shares. */
async function instant(page: Page): Promise<string> {
  await page.waitForTimeout(50);
  const now = new Date().toISOString();
  await page.waitForTimeout(50);
  return now;
}

test("a district prints the file as it stood, the same bytes twice, and sees two dates beside each other", async ({ page }) => {
  await enter(page, "county-clerk");
  const firm = await page.evaluate(async () => {
    const session = await (await fetch("/api/session")).json();
    const [own] = (await (await fetch("/api/enterprises?limit=1")).json()).items;
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": session.csrf };
    const fields = { kind: "fire", number: "消验字2026第1号", issuer: "龙湖区消防救援大队" };
    const made = await fetch(`/api/enterprises/${own.city}/${own.id}/records`, { method: "POST", headers, body: JSON.stringify({ section: "permit", fields }) });
    return { city: own.city as string, id: own.id as string, record: ((await made.json()) as { id: string }).id };
  });
  const then = await instant(page);
  await page.evaluate(async ({ city, record }) => {
    const session = await (await fetch("/api/session")).json();
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": session.csrf };
    const change = { version: 1, fields: { issuer: "区消防大队" } };
    await fetch(`/api/records/${city}/${record}`, { method: "PATCH", headers, body: JSON.stringify(change) });
  }, firm);

  // the file of then, printed twice by a click
  const place = `${system.url}/enterprises/${firm.city}/${firm.id}`;
  await page.goto(`${place}?tab=archive&section=permit&as_of=${encodeURIComponent(then)}`);
  await expect(page.getByText("只能查看").first()).toBeVisible();
  const bytes: string[] = [];
  for (let time = 0; time < 2; time += 1) {
    await page.getByRole("button", { name: /打\s*印$/ }).first().click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "整份档案 PDF（打印、存档）" }).click()]);
    const stream = await download.createReadStream();
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece as Buffer);
    bytes.push(Buffer.concat(pieces).toString("base64"));
    await page.keyboard.press("Escape");
  }
  expect(bytes[0]?.length).toBeGreaterThan(1_000);
  expect(bytes[1]).toBe(bytes[0]);

  // both states beside each other
  await page.goto(`${place}?tab=compare&from=${encodeURIComponent(then)}`);
  const section = page.getByRole("region", { name: "证照与许可" });
  await expect(section.getByText("修改 1")).toBeVisible();
  await expect(section.locator(".before").getByText("龙湖区消防救援大队")).toBeVisible();
  await expect(section.locator(".after").getByText("区消防大队", { exact: true })).toBeVisible();
  await page.screenshot({ path: "shots/archive-compare.png" });
  await page.setViewportSize({ width: 390, height: 844 });
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/archive-compare-phone.png" });
  await page.setViewportSize({ width: 1440, height: 900 });
});

test("every basic condition is a row that is met, is not, or does not apply", async ({ page }) => {
  await enter(page, "town-officer");
  await page.goto(`${system.url}/archives?state=empty`);
  await page.locator(".ant-table-row a").first().click();
  await expect(page.getByRole("tab", { name: "安全生产档案" })).toBeVisible();
  await page.goto(`${system.url}${new URL(page.url()).pathname}?tab=archive&section=basic_condition`);
  const row = page.getByRole("row", { name: /依法进行安全评价/ });
  await expect(row).toContainText("未核查");
  await row.getByRole("button", { name: /填\s*写/ }).click();
  const form = page.getByRole("dialog", { name: "依法进行安全评价" });
  await form.locator(".ant-form-item").filter({ hasText: "是否适用" }).getByText("否", { exact: true }).click();
  await form.locator(".ant-form-item").filter({ hasText: "是否具备" }).getByText("否", { exact: true }).click();
  await form.getByLabel("证明材料、差距或者不适用的理由").fill("不属于须进行安全评价的单位");
  await form.getByRole("button", { name: /保\s*存$/ }).click();
  await expect(page.getByText("已保存。")).toBeVisible();
  // what shows it is attached where it was said
  await expect(page.getByRole("button", { name: "上传附件" })).toBeVisible();
  await page.getByRole("button", { name: "关闭" }).last().click();
  await expect(row).toContainText("不适用");
  await expect(row).toContainText("不属于须进行安全评价的单位");
  await page.screenshot({ path: "shots/archive-conditions.png" });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${page.url()}`);
  await expect(page.locator(".record-card").first()).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/archive-conditions-phone.png" });
});
