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

test("an enterprise enters a unit on the phone, sees its grade and why, files it, and the county accepts and numbers it", async ({ browser, page }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const firm = await context.newPage();
  await enter(firm, "enterprise");
  await firm.goto(`${system.url}/hazards/new`);
  await firm.getByLabel("重大危险源名称").fill("液氯加氯间");
  await firm.getByLabel("单元 1 名称").fill("液氯钢瓶间");
  await firm.getByLabel("品名").fill("7782-50-5");
  await firm.getByText(/^氯（/).first().click();
  await firm.getByLabel("最大量（吨）").fill("40");
  await firm.getByLabel("厂界外 500 米内常住人口（人）").fill("60");
  await firm.getByLabel("姓名").nth(0).fill("陈总");
  await firm.getByLabel("姓名").nth(1).fill("林工");
  await firm.getByLabel("姓名").nth(2).fill("黄班长");
  await firm.getByLabel("安全评估（评价）日期").fill("2026-01-10");
  await firm.getByLabel("安全评估（评价）日期").press("Enter");
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/phone-hazard-new.png", fullPage: true });
  await firm.getByRole("button", { name: "保存并辨识" }).click();
  await expect(firm.locator(".hazard-grade")).toHaveText("三级重大危险源");
  await expect(firm.getByText(/R = 48/).first()).toBeVisible();
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/phone-hazard.png", fullPage: true });
  const source = firm.url();

  await firm.getByRole("button", { name: "申请备案" }).click();
  const dialog = firm.getByRole("dialog");
  await dialog.getByRole("button", { name: /报\s*送/ }).click();
  await expect(dialog.getByText(/还缺 \d+ 份材料/)).toBeVisible();
  for (const box of await dialog.getByRole("checkbox").all()) await box.check();
  await dialog.getByRole("button", { name: /报\s*送/ }).click();
  await expect(firm.getByText("待受理").first()).toBeVisible();
  const filing = firm.url();

  await enter(page, "county-officer");
  await page.goto(filing);
  await page.getByRole("button", { name: /受\s*理/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /确\s*定/ }).click();
  await page.getByRole("button", { name: "予以备案" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /确\s*定/ }).click();
  await expect(page.getByText(/BA4405\d\d-\d{4}-\d{4}/).first()).toBeVisible();
  await page.screenshot({ path: "shots/hazard-filing.png", fullPage: true });
  await page.goto(source);
  await expect(page.getByText("已备案").first()).toBeVisible();
  await page.screenshot({ path: "shots/hazard.png", fullPage: true });
  await page.goto(`${system.url}/hazards?major=yes`);
  await expect(page.getByRole("link", { name: "液氯加氯间" })).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/hazards.png", fullPage: true });
  await context.close();
});
