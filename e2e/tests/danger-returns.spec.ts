/** Monthly reports of dangers, their reminders, and the numbers of the statistics with the rows behind them. */
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
/** This month, of which nobody has reported yet. */
const month = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" }).slice(0, 7);

test("a town reminds whoever has not reported a month; the enterprise finds it in its inbox and reports", async ({ browser, page }) => {
  await enter(page, "town-officer");
  await page.goto(`${system.url}/danger-returns?month=${month}`);
  await expect(page.locator(".ant-table-row").first()).toBeVisible();
  const remind = async () => {
    await page.getByRole("button", { name: "一键催报" }).click();
    await page.getByRole("tooltip").getByRole("button", { name: /^催\s*报$/ }).click();
  };
  await remind();
  await expect(page.getByText(/已催报 \d+ 家/)).toBeVisible();
  await expect(page.locator(".ant-table-row").first().locator("td").nth(3)).not.toBeEmpty();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/danger-returns-reminded.png", fullPage: true });
  // a second click on the same day says so
  await remind();
  await expect(page.getByText(/已经催报过/)).toBeVisible();

  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const firm = await context.newPage();
  await enter(firm, "enterprise");
  await firm.goto(`${system.url}/inbox`);
  await expect(firm.getByText("主管部门催报隐患月报")).toBeVisible();
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/phone-inbox-reminded.png", fullPage: true });
  await firm.getByText(`报送 ${month} 隐患月报`).first().click();
  await expect(firm.getByLabel("月份")).toHaveValue(month);
  await firm.getByRole("button", { name: /报\s*送/ }).click();
  await expect(firm.getByText("已报送。")).toBeVisible();
  await firm.goto(`${system.url}/inbox`);
  await expect(firm.getByRole("heading", { name: "待办" }).first()).toBeVisible();
  await expect(firm.getByText("主管部门催报隐患月报")).toBeHidden();
  await context.close();
});

test("dangers are counted by category, and each number opens exactly its rows", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "county-leader");
  await page.goto(`${system.url}/danger-figures?by=category`);
  await expect(page.getByRole("cell", { name: /^(基础|现场)管理类：/ }).first()).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/danger-figures-category.png", fullPage: true });
  const links = page.locator(".ant-table-tbody a.number");
  const opened = async (address: string, number: number) => {
    await page.goto(`${system.url}${address}`);
    await expect(page.getByText(/^统计口径：/)).toBeVisible();
    await expect(page.locator(".page-head b.number")).toHaveText(String(number));
  };
  const cells = await links.evaluateAll((all) => all.filter((own) => /^\d+$/.test(own.textContent ?? "")).map((own) => [own.getAttribute("href") ?? "", Number(own.textContent)] as const));
  expect(cells.length).toBeGreaterThan(5);
  for (const [address, number] of cells.slice(0, 8)) await opened(address, number);
  await page.screenshot({ path: "shots/danger-list-counted.png", fullPage: true });

  await page.goto(`${system.url}/danger-quarter`);
  await expect(page.getByText("合计")).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/danger-quarter-linked.png", fullPage: true });
});

test("a quarter that has ended is handed in, stays what it is, and is opened again with a reason", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "county-leader");
  await page.goto(`${system.url}/danger-quarter`);
  await page.getByRole("button", { name: "报送季报" }).click();
  await page.getByRole("tooltip").getByRole("button", { name: /^报\s*送$/ }).click();
  await expect(page.getByText(/报送，数字不再变化/)).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/danger-quarter-closed.png", fullPage: true });
  await page.getByRole("button", { name: /^退\s*回$/ }).click();
  await page.getByLabel("退回原因").fill("漏报一条");
  await page.getByRole("dialog").getByRole("button", { name: /^确\s*定$/ }).click();
  await expect(page.getByRole("button", { name: "报送季报" })).toBeVisible();
});
