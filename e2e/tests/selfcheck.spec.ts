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

test("an enterprise checks itself on the phone, what is not met becomes a danger, and the county sees and reminds who has not", async ({ browser, page }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const firm = await context.newPage();
  await enter(firm, "enterprise");
  await firm.goto(`${system.url}/self-checks`);
  await expect(firm.getByRole("button", { name: "开始自查" }).last()).toBeVisible();
  await firm.screenshot({ path: "shots/phone-self-checks.png" });
  await firm.getByRole("button", { name: "开始自查" }).last().click();
  await expect(firm.getByText(/已查 0 \//)).toBeVisible();
  const items = firm.locator(".checklist-item");
  const number = await items.count();
  for (let at = 0; at < number; at += 1) await items.nth(at).getByText(at === 0 ? "不符合" : at === 2 ? "不涉及" : "符合", { exact: true }).click();
  await expect(firm.getByText(new RegExp(`已查 ${number} / ${number} 项\\s*已保存。`))).toBeVisible();
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/phone-self-check.png" });
  await firm.getByRole("button", { name: "提交自查" }).click();
  await expect(firm.getByText("请写明哪里不符合。")).toBeVisible();
  await firm.getByLabel("哪里不符合").fill("许可证副本没有悬挂");
  await firm.getByRole("textbox", { name: "部位" }).fill("门卫室");
  await firm.getByLabel("什么时候改好").fill(new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10));
  await firm.getByLabel("什么时候改好").press("Enter");
  await firm.getByRole("button", { name: "提交自查" }).click();
  await expect(firm.getByText("已提交，登记了 1 条隐患。")).toBeVisible();
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/phone-self-check-done.png", fullPage: true });
  await firm.getByRole("link", { name: /第 1 条/ }).click();
  await expect(firm.getByText("许可证副本没有悬挂").first()).toBeVisible();

  await enter(page, "county-officer");
  await page.goto(`${system.url}/self-check-tasks`);
  await expect(page.getByRole("link", { name: "安全生产自查" })).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/self-check-tasks.png" });
  await page.getByRole("link", { name: "安全生产自查" }).click();
  await page.getByRole("button", { name: "一键催办" }).click();
  await page.locator(".ant-popconfirm").getByRole("button", { name: /催\s*办/ }).click();
  await expect(page.getByText(/催办过这一期/)).toBeVisible();
  await page.screenshot({ path: "shots/self-check-task.png" });
  await page.getByText(/^已报/).click();
  await expect(page.locator("tbody tr.ant-table-row").first()).toBeVisible();

  // another task is set in two clicks
  await page.goto(`${system.url}/self-check-tasks`);
  await page.getByRole("button", { name: "布置自查任务" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("任务名称").fill("节前消防自查");
  await dialog.getByRole("button", { name: /布\s*置/ }).click();
  await expect(page.getByRole("link", { name: "节前消防自查" })).toBeVisible();
  await context.close();
});
