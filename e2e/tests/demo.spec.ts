import { readFileSync } from "node:fs";

import { expect } from "@playwright/test";
import ExcelJS from "exceljs";

import { type System, fitsItsScreen, openTab, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

const enter = (page: import("@playwright/test").Page, login: string) => signIn(page, system, login, system.password(login));

/** Corrects how many work at the enterprise on the screen. */
async function correct(page: import("@playwright/test").Page, staff: string, reason: string): Promise<void> {
  await page.getByRole("button", { name: /^修\s*改$/ }).click();
  await page.getByLabel("从业人数").fill(staff);
  await page.getByLabel("修改原因").fill(reason);
  await page.getByRole("button", { name: /保\s*存/ }).click();
  await expect(page.getByText("已保存。")).toBeVisible();
}

test("a leader drills from the city to a town's list, and the number is the list's", async ({ page }) => {
  await enter(page, "city-leader");
  await expect(page.getByRole("heading", { name: "概览" })).toBeVisible();
  await expect(page.locator(".tile").first()).toContainText("5,000");
  const tile = page.locator(".tile").first();
  const figure = tile.locator("b");
  await page.getByRole("table").getByText("澄海区").click();
  await expect(figure).not.toHaveText("5,000");
  const county = (await figure.textContent()) ?? "";
  await page.getByRole("table").getByText("莲下镇").click();
  await expect(page.locator(".ant-breadcrumb")).toContainText("莲下镇");
  await expect(figure).not.toHaveText(county);
  const number = (await figure.textContent()) ?? "";
  await tile.click();
  await expect(page.getByText(`共 ${number} 家`)).toBeVisible();
  await expect(page).toHaveURL(/region=440515102/);
  await page.screenshot({ path: "shots/list.png" });
});

test("a clerk filters, saves the view, and opens exactly that list in a spreadsheet", async ({ page }) => {
  await enter(page, "county-clerk");
  await page.getByRole("link", { name: "企业名单" }).click();
  await page.getByRole("button", { name: /^纺织/ }).click();
  await expect(page).toHaveURL(/sector=textile/);
  await page.getByRole("button", { name: /^已核实/ }).click();
  await expect(page).toHaveURL(/verification=verified/);
  await expect(page.getByRole("button", { name: /^纺织/ })).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("button", { name: /^视\s*图$/ }).click();
  await page.getByText("将当前筛选保存为视图…").click();
  await page.getByLabel("视图名称").fill("已核实的纺织企业");
  await page.getByRole("button", { name: /保\s*存/ }).click();
  await expect(page.getByText("视图已保存。")).toBeVisible();
  await page.getByRole("button", { name: "清除筛选" }).click();
  await expect(page).not.toHaveURL(/sector/);
  await page.getByRole("button", { name: /^视\s*图$/ }).click();
  await page.getByText("已核实的纺织企业").click();
  await expect(page).toHaveURL(/sector=textile/);
  // the address changes before the page does: its number is the new filters' once they are pressed
  await expect(page.getByRole("button", { name: /^纺织/ })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("button", { name: /^已核实/ })).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator(".page-head")).toContainText(/共 [\d,]+ 家/);
  const total = Number(/共 ([\d,]+) 家/.exec((await page.locator(".page-head").textContent()) ?? "")?.[1]?.replace(",", ""));
  await page.getByRole("button", { name: /导\s*出/ }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "开始导出" }).click();
  const path = await (await download).path();
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(readFileSync(path) as never);
  const sheet = book.worksheets[0];
  expect(sheet?.rowCount).toBe(total + 1);
  expect(sheet?.getCell("A1").value).toBe("企业名称");
});

test("a clerk filters by industry and by a range, and the file holds exactly that list", async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem("anjian.columns.enterprises", JSON.stringify(["name", "industry", "staff"])));
  await enter(page, "county-clerk");
  await page.getByRole("link", { name: "企业名单" }).click();
  await page.getByRole("combobox", { name: "行业", exact: true }).fill("娱乐用品");
  await page.locator(".ant-select-item-option", { hasText: "24 " }).click();
  await expect(page).toHaveURL(/industry=24/);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "更多筛选" }).click();
  const panel = page.getByRole("dialog");
  await panel.getByLabel("从业人数，从").fill("30");
  await panel.getByLabel("从业人数，到").fill("12");
  await expect(panel).toContainText("从业人数的起点不能大于终点。");
  await panel.getByLabel("从业人数，从").fill("10");
  await panel.getByLabel("从业人数，到").fill("30");
  await page.screenshot({ path: "shots/more-filters.png" });
  await panel.getByRole("button", { name: /^筛\s*选$/ }).click();
  await expect(page).toHaveURL(/staff_min=10&staff_max=30/);
  await expect(page.getByText("行业：24 文教")).toBeVisible();
  await expect(page.getByText("从业人数 10 至 30 人")).toBeVisible();
  await expect(page.locator(".page-head")).toContainText(/共 [\d,]+ 家/);
  await page.screenshot({ path: "shots/list-narrowed.png" });
  const total = Number(/共 ([\d,]+) 家/.exec((await page.locator(".page-head").textContent()) ?? "")?.[1]?.replace(",", ""));
  expect(total).toBeGreaterThan(0);
  await page.getByRole("button", { name: /导\s*出/ }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "开始导出" }).click();
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(readFileSync(await (await download).path()) as never);
  const sheet = book.worksheets[0];
  expect(sheet?.rowCount).toBe(total + 1);
  sheet?.eachRow((row, number) => {
    if (number === 1) return;
    expect(String(row.getCell(2).value)).toMatch(/^24/);
    expect(Number(row.getCell(3).value)).toBeGreaterThanOrEqual(10);
    expect(Number(row.getCell(3).value)).toBeLessThanOrEqual(30);
  });
  await page.goto(page.url());
  await page.locator(".ant-tag", { hasText: "从业人数 10 至 30 人" }).locator(".ant-tag-close-icon").click();
  await expect(page).not.toHaveURL(/staff_/);
  await expect(page).toHaveURL(/industry=24/);
  await page.setViewportSize({ width: 390, height: 800 });
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/list-narrowed-phone.png" });
  await page.getByRole("button", { name: "更多筛选" }).click();
  await expect(panel).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/more-filters-phone.png" });
  await panel.getByRole("button", { name: /取\s*消/ }).click();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.locator(".ant-table-row a").first().click();
  await expect(page.locator(".field", { hasText: "行业代码" })).toContainText(/24.*文教.*登记.*GB\/T 4754-2017/);
});

test("two characters or the initials find an enterprise, and only one's own", async ({ page }) => {
  await enter(page, "town-officer");
  await page.getByRole("link", { name: "企业名单" }).click();
  const first = page.locator(".ant-table-row a").first();
  const name = (await first.textContent()) ?? "";
  const box = page.getByLabel("搜索");
  await box.fill(name.slice(3, 5));
  await expect(page.locator(".search-option").first()).toBeVisible();
  await expect(page.locator(".search-option small").first()).toContainText("鸥汀街道");
  await box.fill("qqqxqq");
  await expect(page.getByText("没有找到。")).toBeVisible();
  await box.fill("stslh");
  await expect(page.locator(".search-option").first()).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByText("档案内容")).toBeVisible();
});

test("an officer corrects and verifies a record; the mark goes with the next change; the past stays to be read", async ({ page }) => {
  await enter(page, "town-officer");
  await page.goto(`${system.url}/enterprises?verification=unverified&sort=name`);
  await page.locator(".ant-table-row a").first().click();
  await correct(page, "37", "现场核对");
  await page.getByRole("button", { name: /核\s*实/ }).first().click();
  await page.getByRole("button", { name: "核实全部栏目" }).click();
  await expect(page.getByText(/王监管 于 .* 核实/)).toBeVisible();
  await page.getByRole("button", { name: /^修\s*改$/ }).first().click();
  await page.getByLabel("从业人数").fill("41");
  await page.getByRole("button", { name: /保\s*存/ }).click();
  await expect(page.getByText("部分核实").first()).toBeVisible();
  await openTab(page.getByRole("tab", { name: "修改记录" }));
  await expect(page.getByText("原因：现场核对")).toBeVisible();
  await expect(page.locator(".after").getByText("41", { exact: true })).toBeVisible();
  await page.screenshot({ path: "shots/history.png" });
});

test("of two editors the second is told what the first did and loses nothing", async ({ browser }) => {
  const one = await browser.newPage();
  const two = await browser.newPage();
  await enter(one, "town-officer");
  await enter(two, "town-clerk");
  await one.goto(`${system.url}/enterprises?sort=name`);
  await one.locator(".ant-table-row a").nth(3).click();
  await expect(one.getByText("档案内容")).toBeVisible();
  await two.goto(one.url());
  for (const [page, grid] of [[one, "第一网格"], [two, "第二网格"]] as const) {
    await page.getByRole("button", { name: /^修\s*改$/ }).click();
    await page.getByLabel("网格").fill(grid);
  }
  await one.getByRole("button", { name: /保\s*存/ }).click();
  await expect(one.getByText("已保存。")).toBeVisible();
  await two.getByRole("button", { name: /保\s*存/ }).click();
  const told = two.getByRole("dialog");
  await expect(told).toContainText("别人已经修改了这条记录");
  await expect(told).toContainText("第一网格");
  await expect(told).toContainText("第二网格");
  await told.getByRole("button", { name: "在最新内容上保存我的修改" }).click();
  await expect(two.getByText("已保存。")).toBeVisible();
  await expect(two.getByText("第二网格").first()).toBeVisible();
  await one.close();
  await two.close();
});

test("what lies outside one's area is not there, and menus offer only what one may", async ({ page }) => {
  await enter(page, "city-leader");
  await page.goto(`${system.url}/enterprises?region=440523`);
  await page.locator(".ant-table-row a").first().click();
  await expect(page.getByText("档案内容")).toBeVisible();
  await expect(page.getByRole("button", { name: /^修\s*改$/ })).toHaveCount(0);
  const elsewhere = page.url();
  await page.context().clearCookies();
  await enter(page, "town-officer");
  await expect(page.getByRole("link", { name: "企业名单" })).toBeVisible();
  await expect(page.getByRole("link", { name: "账号与授权" })).toHaveCount(0);
  await page.goto(elsewhere);
  await expect(page.getByText("没有这家企业，或它不在您的管辖范围内")).toBeVisible();
});

test("an enterprise sees its own archive only, proposes a change on a phone, and the officer decides it", async ({ browser, page }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  const phone = await context.newPage();
  await enter(phone, "enterprise");
  await expect(phone.getByText("档案内容")).toBeVisible();
  await expect(phone.getByRole("link", { name: "企业名单" })).toHaveCount(0);
  const name = (await phone.locator("h1").textContent()) ?? "";
  await phone.getByRole("button", { name: "申报变更" }).click();
  await phone.getByLabel("从业人数").fill("123");
  await phone.getByLabel("建筑面积").fill("4567");
  await fitsItsScreen(phone);
  await phone.screenshot({ path: "shots/phone-propose.png" });
  await phone.getByRole("button", { name: "提交申报" }).click();
  await expect(phone.getByText("已报给镇街")).toBeVisible();

  await enter(page, "town-officer");
  await page.getByRole("link", { name: "企业申报", exact: true }).click();
  await expect(page.getByRole("heading", { name: "企业申报", level: 1 })).toBeVisible();
  await expect(page.getByText(name)).toBeVisible();
  await page.locator(".field").filter({ hasText: "建筑面积" }).getByText("退回", { exact: true }).click();
  await expect(page.getByRole("button", { name: "提交处理结果" })).toBeDisabled();
  await page.getByLabel("建筑面积退回原因").fill("请附租赁合同");
  await page.screenshot({ path: "shots/proposals.png" });
  await page.getByRole("button", { name: "提交处理结果" }).click();
  await expect(page.getByText("没有待处理的申报。")).toBeVisible();

  await phone.reload();
  await openTab(phone.getByRole("tab", { name: "档案内容" }));
  await expect(phone.locator(".field").filter({ hasText: "从业人数" })).toContainText("123");
  await openTab(phone.getByRole("tab", { name: "申报" }));
  await expect(phone.getByText("已退回：请附租赁合同")).toBeVisible();
  await context.close();
});

test("an auditor reads who did what, in the words of the forms", async ({ page }) => {
  await enter(page, "town-officer");
  await page.goto(`${system.url}/enterprises?sort=name&status=normal`);
  await page.locator(".ant-table-row a").last().click();
  await correct(page, "58", "电话核对");
  await page.context().clearCookies();
  await enter(page, "city-audit");
  await expect(page.getByRole("heading", { name: "操作记录" })).toBeVisible();
  await expect(page.getByText("登录").first()).toBeVisible();
  await page.goto(`${system.url}/audit?subject=enterprise&action=update`);
  const row = page.locator(".ant-table-row", { hasText: "电话核对" });
  await row.locator(".ant-table-row-expand-icon").click();
  const changes = page.locator(".ant-table-expanded-row").first();
  await expect(changes).toContainText(/从业人数：.* → 58/);
  await expect(changes).not.toContainText(/[a-z_]+：/);
  await page.screenshot({ path: "shots/trail.png" });
  // every kind of thing can be asked for
  await page.locator(".ant-select", { hasText: "企业" }).last().click();
  await page.keyboard.type("行政处罚");
  await page.locator(".ant-select-item-option", { hasText: "行政处罚" }).click();
  await expect(page).toHaveURL(/subject=penalty/);
});

test("a view that a colleague shares opens with its filters and its columns, and only its owner can delete it", async ({ browser }) => {
  const at = async (login: string) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN" });
    const page = await context.newPage();
    await enter(page, login);
    await page.goto(`${system.url}/enterprises`);
    return page;
  };
  const clerk = await at("county-clerk");
  await clerk.goto(`${system.url}/enterprises?sector=textile`);
  await clerk.getByRole("button", { name: "栏目" }).click();
  await clerk.getByRole("tooltip").getByRole("checkbox", { name: "从业人数", exact: true }).check();
  await expect(clerk.getByRole("columnheader", { name: "从业人数" })).toBeVisible();
  await clerk.keyboard.press("Escape");
  await clerk.getByRole("button", { name: /^视\s*图$/ }).click();
  await clerk.getByText("将当前筛选保存为视图…").click();
  await clerk.getByLabel("视图名称").fill("纺织企业人数");
  await clerk.getByLabel("本辖区及下级的同事也能使用").check();
  await clerk.getByRole("button", { name: /保\s*存/ }).click();
  await expect(clerk.getByText("视图已保存。")).toBeVisible();

  const officer = await at("town-officer");
  await expect(officer.getByRole("columnheader", { name: "从业人数" })).toHaveCount(0);
  await officer.getByRole("button", { name: /^视\s*图$/ }).click();
  const shared = officer.getByRole("menuitem", { name: /纺织企业人数/ });
  await expect(shared).toContainText("（共享）");
  await expect(shared.getByRole("button")).toHaveCount(0);
  await shared.click();
  await expect(officer).toHaveURL(/sector=textile/);
  await expect(officer.getByRole("columnheader", { name: "从业人数" })).toBeVisible();
  await officer.screenshot({ path: "shots/shared-view.png" });
  // the columns are remembered on this computer
  await officer.reload();
  await expect(officer.getByRole("columnheader", { name: "从业人数" })).toBeVisible();
  for (const page of [clerk, officer]) await page.context().close();
});

test("every page fits a phone", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  const page = await context.newPage();
  await enter(page, "city-clerk");
  for (const [name, path] of [
    ["overview", "/overview"],
    ["enterprises", "/enterprises"],
    ["unassigned", "/unassigned"],
    ["imports", "/imports"],
    ["new", "/enterprises/new"],
    ["security", "/security"],
    ["jobs", "/jobs"],
  ] as const) {
    await page.goto(`${system.url}${path}`);
    await expect(page.locator(".content h1")).toBeVisible();
    await page.waitForLoadState("networkidle");
    await fitsItsScreen(page);
    await page.screenshot({ path: `shots/phone-${name}.png` });
  }
  await context.close();
});
