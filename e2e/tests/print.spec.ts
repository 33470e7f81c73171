import { readFileSync } from "node:fs";

import { type Download, expect } from "@playwright/test";

import { type System, fitsItsScreen, openTab, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

const content = async (download: Download) => readFileSync(await download.path());

test("the archives of the rows chosen and of the filtered list are printed at once, with progress", async ({ page }) => {
  await signIn(page, system, "town-clerk", system.password("town-clerk"));
  await page.goto(`${system.url}/enterprises?sort=name&status=normal`);
  await page.locator(".ant-table-row .ant-checkbox-input").nth(0).check();
  await page.locator(".ant-table-row .ant-checkbox-input").nth(1).check();
  await page.getByRole("button", { name: "打印档案" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("打印选中的企业，共 2 家")).toBeVisible();
  const arrives = page.waitForEvent("download", { timeout: 60_000 });
  await dialog.getByRole("button", { name: "开始打印" }).click();
  const download = await arrives;
  expect(download.suggestedFilename()).toMatch(/安全生产档案-.*\.zip$/);
  const zip = (await content(download)).toString("latin1");
  expect(zip.split("PK\x03\x04").length - 1).toBe(2);
  await expect(dialog.getByRole("link", { name: "下载文件" })).toBeVisible();
  await page.screenshot({ path: "shots/print-list.png" });
  await page.keyboard.press("Escape");

  // too many at once are asked to be narrowed; a batch under way can be stopped
  await page.getByRole("button", { name: "批量打印" }).click();
  await expect(dialog.getByText(/按当前筛选打印，共 \d+ 家/)).toBeVisible();
  await dialog.getByRole("button", { name: "开始打印" }).click();
  await expect(dialog.getByRole("status")).toContainText("家");
  await page.screenshot({ path: "shots/print-progress.png" });
  await dialog.getByRole("status").getByRole("button", { name: /取\s*消/ }).click();
  await expect(dialog.getByText(/打印已取消/)).toBeVisible();
});

test("a city's thousands are not printed at once", async ({ page }) => {
  await signIn(page, system, "city-clerk", system.password("city-clerk"));
  await page.goto(`${system.url}/enterprises`);
  await page.getByRole("button", { name: "批量打印" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("一次最多打印 2,000 家")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "开始打印" })).toBeDisabled();
});

test("one menu prints an archive whole, to be edited, or as the page shows it", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  const phone = await context.newPage();
  await signIn(phone, system, "town-clerk", system.password("town-clerk"));
  await phone.goto(`${system.url}/enterprises?sort=name&status=normal`);
  await phone.locator(".ant-table-row a").first().click();
  await openTab(phone.getByRole("tab", { name: "安全生产档案" }));
  await expect(phone.getByText(/完整度 \d+%/).first()).toBeVisible();
  await expect(phone.getByRole("button", { name: /打\s*印/ })).toHaveCount(1);
  await phone.getByRole("button", { name: /打\s*印/ }).click();
  await expect(phone.getByText("本页内容")).toBeVisible();
  await fitsItsScreen(phone);
  await phone.screenshot({ path: "shots/phone-print-menu.png" });
  const arrives = phone.waitForEvent("download");
  await phone.getByRole("link", { name: /整份档案 PDF/ }).click();
  expect((await content(await arrives)).subarray(0, 5).toString()).toBe("%PDF-");
  await context.close();
});
