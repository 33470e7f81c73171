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
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

test("a town officer enters a danger on the phone, the enterprise mends it, the officer strikes it off, and the county's number moves", async ({ browser, page }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const firm = await context.newPage();
  await enter(firm, "enterprise");
  await expect(firm.getByText(/^必须 \d+ 栏，已有 \d+/)).toBeVisible();
  const name = (await firm.locator("h1").textContent()) ?? "";
  const own = new URL(firm.url()).pathname;

  // what the county knows before
  await enter(page, "county-leader");
  await page.goto(`${system.url}/danger-figures`);
  const total = page.locator("tfoot td").nth(2);
  await expect(total).toHaveText(/^\d+$/);
  const before = Number(await total.textContent());
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/danger-figures.png", fullPage: true });
  await page.context().clearCookies();

  // the officer stands in the workshop
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(page, "town-officer");
  await page.goto(`${system.url}${own}?tab=cases`);
  await page.getByRole("button", { name: "登记隐患" }).click();
  await expect(page.getByText(name).first()).toBeVisible();
  await page.getByLabel("隐患部位").fill("二楼车间西侧楼梯口");
  await page.getByRole("button", { name: /登\s*记$/ }).click();
  await expect(page.getByText("请填写隐患内容。")).toBeVisible();
  await page.getByLabel("隐患内容").fill("疏散楼梯口堆放纸箱，影响人员疏散");
  await page.getByLabel("整改要求").fill("立即清理");
  await page.getByText("发现后能够立即整改").click();
  await page.getByRole("button", { name: "15 天" }).click();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-danger-new.png", fullPage: true });
  await page.getByRole("button", { name: /登\s*记$/ }).click();
  await expect(page.getByRole("heading", { name: "疏散楼梯口堆放纸箱，影响人员疏散" })).toBeVisible();
  await expect(page.getByText("一般隐患").first()).toBeVisible();
  await page.getByLabel("现场照片文件").setInputFiles({ name: "现场.png", mimeType: "image/png", buffer: PIXEL });
  await expect(page.getByAltText("现场.png")).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-danger.png", fullPage: true });
  const danger = page.url();

  // the enterprise finds it waiting and mends it
  await firm.goto(`${system.url}/inbox`);
  await firm.getByText(/疏散楼梯口堆放纸箱/).first().click();
  await firm.getByRole("button", { name: "报告整改完成" }).click();
  await firm.getByLabel("怎样整改的").fill("纸箱已移到仓库，楼梯口划了禁放线");
  await firm.getByLabel("验收人").fill("陈安全");
  await firm.screenshot({ path: "shots/phone-danger-mend.png" });
  await firm.getByRole("button", { name: /确\s*定/ }).click();
  await expect(firm.getByText("待复查").first()).toBeVisible();

  // the officer looks again
  await page.goto(danger);
  await page.getByRole("button", { name: "复查不合格、退回整改" }).click();
  await page.getByLabel("哪里还不合格").fill("西侧仍有一堆");
  await page.getByLabel("新的期限").click();
  await page.locator(".ant-picker-dropdown:visible .ant-picker-cell-in-view:not(.ant-picker-cell-disabled)").last().click();
  await expect(page.getByLabel("新的期限")).not.toHaveValue("");
  await page.getByRole("button", { name: /确\s*定/ }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByText("整改中").first()).toBeVisible();
  await firm.reload();
  await expect(firm.getByText("西侧仍有一堆").first()).toBeVisible();
  await firm.getByRole("button", { name: "报告整改完成" }).click();
  await firm.getByLabel("怎样整改的").fill("全部清理");
  await firm.getByLabel("验收人").fill("陈安全");
  await firm.getByRole("button", { name: /确\s*定/ }).click();
  await expect(firm.getByText("待复查").first()).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "复查合格、销号" }).click();
  await page.getByLabel("复查情况").fill("楼梯口畅通");
  await page.getByRole("button", { name: /确\s*定/ }).click();
  await expect(page.getByText("已销号").first()).toBeVisible();
  await page.screenshot({ path: "shots/phone-danger-closed.png", fullPage: true });
  await page.context().clearCookies();

  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "county-leader");
  await page.goto(`${system.url}/danger-figures`);
  await expect(total).toHaveText(String(before + 1));
  await total.getByRole("link").click();
  await expect(page.getByRole("link", { name: /疏散楼梯口堆放纸箱/ })).toBeVisible();
  await page.screenshot({ path: "shots/danger-list.png" });
  await page.getByRole("link", { name: /疏散楼梯口堆放纸箱/ }).click();
  await expect(page.getByText("复查合格、销号")).toBeVisible();
  await page.screenshot({ path: "shots/danger-page.png", fullPage: true });
  await page.goto(`${system.url}/cases`);
  await expect(page.getByRole("heading", { name: "事项" })).toBeVisible();
  await expect(page.locator(".ant-table-row").first()).toBeVisible();
  await page.screenshot({ path: "shots/cases.png" });
  await context.close();
});
