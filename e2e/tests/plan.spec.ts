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

test("an officer plans inspections, the leader approves, a draw is made and checked, and two offices join their visits", async ({ browser, page }) => {
  await enter(page, "county-officer");
  await page.goto(`${system.url}/inspection-plans`);
  await expect(page.getByRole("link", { name: /监督检查计划$/ }).first()).toBeVisible();
  await page.screenshot({ path: "shots/inspection-plans.png" });
  await page.getByRole("button", { name: "编制计划" }).click();
  await page.getByRole("combobox", { name: "机关" }).click();
  await page.locator(".ant-select-item-option", { hasText: "应急管理局" }).first().click();
  await page.getByLabel("年度").fill(String(new Date().getFullYear()));
  await page.getByLabel("计划名称").fill("节前专项检查计划");
  await page.getByLabel("名称", { exact: true }).fill("C 级企业抽查");
  await page.getByRole("combobox", { name: "监管等级" }).click();
  await page.locator(".ant-select-item-option", { hasText: "C 级" }).click();
  await page.getByLabel("抽取家数").fill("6");
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/inspection-plan-form.png" });
  await page.getByRole("button", { name: "保存草稿" }).click();
  await expect(page.getByRole("button", { name: "报 批" })).toBeVisible();
  await expect(page).toHaveURL(/inspection-plans\/4405\/[0-9a-f-]+$/);
  const plan = page.url();
  await page.getByRole("button", { name: "报 批" }).click();
  await expect(page.getByText("待审批")).toBeVisible();

  const other = await browser.newContext({ locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const leader = await other.newPage();
  await enter(leader, "county-leader");
  await leader.goto(`${system.url}/inbox`);
  await expect(leader.getByText("待审批的检查计划")).toBeVisible();
  await leader.goto(plan);
  await leader.getByRole("button", { name: "批 准" }).click();
  await leader.locator(".ant-popconfirm").getByRole("button", { name: /批\s*准/ }).click();
  await expect(leader.getByText("已批准，可以抽取。")).toBeVisible();
  await other.close();

  await page.reload();
  await page.getByRole("button", { name: "抽 取" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("见证人给出的数字或文字").fill("7 21 33");
  await page.screenshot({ path: "shots/inspection-draw-dialog.png" });
  await dialog.getByRole("button", { name: "开始抽取" }).click();
  await expect(page.getByText("抽中 6 家，执法人员已随机搭配。")).toBeVisible();
  await expect(page.getByText(/家抽 6 家/)).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/inspection-plan.png", fullPage: true });
  await page.locator("table").last().locator("tbody a").first().click();
  await expect(page.getByText("重新抽取了一次，结果相同")).toBeVisible();
  await expect(page.getByText(/7 21 33\/[0-9a-f]{32}/).first()).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/inspection-draw.png", fullPage: true });

  await page.goto(plan);
  await page.getByRole("row", { name: /C 级企业抽查/ }).first().getByRole("link", { name: "6", exact: true }).click();
  await expect(page.locator("tbody tr.ant-table-row")).toHaveCount(6);
  await page.screenshot({ path: "shots/inspection-targets.png" });
  await page.getByRole("button", { name: "安 排" }).first().click();
  await page.getByRole("menuitem", { name: "取消检查" }).click();
  await page.getByLabel("原因").fill("企业已停产");
  await page.getByRole("button", { name: "取消这次检查" }).click();
  await expect(page.getByText("已保存。")).toBeVisible();
  await expect(page.locator("tbody tr.ant-table-row")).toHaveCount(5);
  await page.goto(plan);
  await page.getByRole("button", { name: "补 抽" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "开始抽取" }).click();
  await expect(page.getByText("抽中 1 家，执法人员已随机搭配。")).toBeVisible();

  // the town joins one of its own visits to the county's
  const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const town = await phone.newPage();
  await enter(town, "town-officer");
  await town.goto(`${system.url}/inbox`);
  await expect(town.getByText("计划检查的企业")).toBeVisible();
  await town.getByRole("link", { name: /计划检查的企业/ }).first().click();
  await expect(town.locator(".case-card").first()).toBeVisible();
  await fitsItsScreen(town);
  await town.screenshot({ path: "shots/phone-inspection-targets.png" });
  await town.goto(`${system.url}/inspection-targets?state=planned&mine=true`);
  const shared = town.locator(".case-card", { hasText: "也计划检查" }).first();
  await expect(shared).toBeVisible();
  const name = (await shared.locator("b").textContent()) ?? "";
  await shared.getByRole("button", { name: "安 排" }).click();
  await town.getByRole("menuitem", { name: "与其他部门合并检查" }).click();
  await town.getByRole("dialog").getByRole("button", { name: /合\s*并/ }).click();
  await expect(town.getByText("已保存。")).toBeVisible();
  await expect(town.locator(".case-card", { hasText: name }).getByText(/合并检查/)).toBeVisible();
  await town.screenshot({ path: "shots/phone-inspection-joined.png" });
  await phone.close();
});

test("who has a conflict of interest is entered and refused at the visit", async ({ page }) => {
  await enter(page, "town-officer");
  await page.goto(`${system.url}/inspection-targets?state=planned&mine=true`);
  await expect(page.locator("tbody tr.ant-table-row").first()).toBeVisible();
  const name = (await page.locator("tbody tr.ant-table-row").first().getByRole("link").first().textContent()) ?? "";
  await page.goto(`${system.url}/officer-cards?tab=conflicts`);
  await page.getByRole("button", { name: "登记回避" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("执法人员").click();
  await page.locator(".ant-select-item-option").first().click();
  await dialog.getByLabel("企业").fill(name);
  await page.locator(".ant-select-item-option", { hasText: name }).first().click();
  await dialog.getByLabel("原因").fill("近亲属在该企业任职");
  await dialog.getByRole("button", { name: /登\s*记/ }).click();
  await expect(page.getByText("已保存。")).toBeVisible();
  await expect(page.getByText("近亲属在该企业任职")).toBeVisible();
  await page.screenshot({ path: "shots/officer-conflicts.png" });
  await page.goto(`${system.url}/inspection-targets?unassigned=true`);
  await page.getByRole("row", { name: new RegExp(name.replace(/[()（）]/g, ".")) }).getByRole("link", { name: "开始检查" }).click();
  await page.getByRole("combobox", { name: "执法人员" }).click();
  await page.locator(".ant-select-item-option:not(.ant-select-item-option-disabled)").nth(0).click();
  await page.locator(".ant-select-item-option:not(.ant-select-item-option-disabled)").nth(1).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "开 始", exact: true }).click();
  await expect(page.getByText(/登记了回避/)).toBeVisible();
});
