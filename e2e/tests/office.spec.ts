import { expect } from "@playwright/test";

import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

test("an enterprise's office is chosen from those that answer for its town, its own first", async ({ page }) => {
  await signIn(page, system, "city-clerk", system.password("city-clerk"));
  await page.goto(`${system.url}/enterprises?sort=name&status=normal&region=440507005`);
  await page.locator(".ant-table-row a").first().click();
  // the list, still on the screen, has a button that begins so
  await page.getByRole("button", { name: /更多$/ }).click();
  await page.getByText("监管责任…").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("监管机构").click();
  await dialog.getByRole("combobox", { name: "监管机构" }).click();
  const offices = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option");
  await expect(offices.first()).toHaveText("鸥汀街道应急管理办公室");
  await expect(offices.filter({ hasText: "新津街道" })).toHaveCount(0);
  await page.screenshot({ path: "shots/office-duty.png" });
  await page.keyboard.type("龙湖区");
  await expect(offices).toHaveText(["龙湖区安全生产委员会办公室", "龙湖区应急管理局"]);
  await offices.last().click();
  await dialog.getByRole("button", { name: /保\s*存/ }).click();
  await expect(page.getByText("已更新 1 家企业的监管责任。")).toBeVisible();
  await expect(page.getByLabel("档案内容").getByText("龙湖区应急管理局")).toBeVisible();
});

test("a person's office is found among hundreds by typing, on a phone", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  const phone = await context.newPage();
  await signIn(phone, system, "city-security", system.password("city-security"));
  await phone.goto(`${system.url}/accounts`);
  await phone.getByRole("button", { name: "吴文员" }).click();
  const drawer = phone.getByRole("dialog");
  const field = drawer.locator(".ant-select").filter({ has: phone.getByLabel("所属机构") });
  await expect(field).toContainText("汕头市应急管理局");
  await field.click();
  await phone.keyboard.type("达濠");
  const offices = phone.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option");
  await expect(offices).toHaveText(["达濠街道应急管理办公室"]);
  await phone.screenshot({ path: "shots/phone-office.png" });
  await offices.click();
  await expect(field).toContainText("达濠街道应急管理办公室");
  await fitsItsScreen(phone);
  await context.close();
});
