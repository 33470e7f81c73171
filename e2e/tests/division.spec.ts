import { type Locator, type Page, expect } from "@playwright/test";

import { type System, fitsItsScreen, openTab, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

const enter = (page: Page, login: string) => signIn(page, system, login, system.password(login));

/** Finds a division by typing a part of its name, as people do. */
async function choose(page: Page, field: Locator, name: string): Promise<void> {
  await field.click();
  await page.keyboard.type(name);
  const open = page.locator(".ant-cascader-dropdown:not(.ant-select-dropdown-hidden)");
  await open.getByRole("menuitemcheckbox").filter({ hasText: name }).click();
  await expect(field.locator("xpath=ancestor::*[contains(@class,'ant-cascader')][1]")).toContainText(name);
}

/** The towns of a county as the map of today shows them. */
async function townsOf(page: Page, county: string): Promise<Locator> {
  await openTab(page.getByRole("tab", { name: "区划", exact: true }));
  const nodes = page.locator(".ant-tree-treenode:visible");
  await nodes.filter({ hasText: county }).locator(".ant-tree-switcher").click();
  await expect(nodes.filter({ hasText: "溪南镇" })).toBeVisible();
  return nodes;
}

/** Takes a change back; the list reads itself anew meanwhile, which may close the question before it is answered. */
async function takeBack(page: Page, change: Locator): Promise<void> {
  const [sure, done] = [page.getByRole("tooltip"), change.getByText("已撤销", { exact: true })];
  await expect(async () => {
    if (await done.isVisible()) return;
    if (!(await sure.isVisible())) await change.getByRole("button", { name: /撤\s*销/ }).click({ timeout: 2_000 });
    await sure.getByRole("button", { name: /^撤\s*销$/ }).click({ timeout: 2_000 });
    await expect(done).toBeVisible({ timeout: 10_000 });
  }).toPass({ timeout: 60_000 });
}

/** How many enterprises the list counts under a division. */
async function enterprises(page: Page, code: string): Promise<number> {
  const answer = await page.request.get(`${system.url}/api/enterprises/count?region=${code}`);
  return ((await answer.json()) as { total: number }).total;
}

test("a merger of two towns is previewed, carried out, followed by the list, and undone", async ({ page, browser }) => {
  // a clerk beside it sees what the administrator does
  const desk = await browser.newPage();
  await enter(desk, "city-clerk");
  const [upper, lower] = [await enterprises(desk, "440515103"), await enterprises(desk, "440515102")];

  await enter(page, "city-system");
  await page.goto(`${system.url}/regions`);
  await page.getByRole("button", { name: "调整区划" }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("合并", { exact: true }).click();
  await choose(page, drawer.getByLabel("并入别处的区划"), "莲上镇");
  await choose(page, drawer.getByLabel("并入哪个现有区划"), "莲下镇");
  await drawer.getByLabel("新名称（不变可不填）").fill("莲塘镇");
  await page.screenshot({ path: "shots/division-form.png" });
  await drawer.getByRole("button", { name: "预览影响" }).click();
  await expect(drawer.getByText("请填写批准文件的文号")).toBeVisible();
  await drawer.getByLabel("批准文件").fill("粤民区字〔2026〕3号");
  await drawer.getByRole("button", { name: "预览影响" }).click();
  await expect(drawer.getByText("这是试算的结果，还没有改动任何内容")).toBeVisible();
  await expect(drawer.getByText(/不再使用：莲上镇/)).toBeVisible();
  await expect(drawer.getByText(/改名：莲下镇 → 莲塘镇/)).toBeVisible();
  await expect(drawer.getByRole("row", { name: `企业 ${upper} 莲上镇 莲塘镇` })).toBeVisible();
  await page.screenshot({ path: "shots/division-preview.png" });
  expect(await enterprises(desk, "440515103")).toBe(upper);

  await drawer.getByRole("button", { name: "确认办理" }).click();
  const change = page.locator(".ant-table-row").filter({ hasText: "粤民区字〔2026〕3号" });
  await expect(change.getByText("生效", { exact: true })).toBeVisible();
  await expect(change).toContainText(`企业 ${upper}`);
  await page.screenshot({ path: "shots/division-changes.png" });
  let towns = await townsOf(page, "澄海区");
  await expect(towns.filter({ hasText: "莲塘镇" })).toBeVisible();
  await expect(towns.filter({ hasText: "莲上镇" })).toHaveCount(0);
  await page.screenshot({ path: "shots/division-map.png" });

  // the list of enterprises follows
  await desk.goto(`${system.url}/enterprises?region=440515102`);
  await expect(desk.getByText(`共 ${upper + lower} 家`)).toBeVisible();
  await expect(desk.locator(".ant-table-row").first()).toContainText("莲塘镇");

  await openTab(page.getByRole("tab", { name: "调整记录" }));
  await change.getByRole("button", { name: /撤\s*销/ }).click();
  await page.getByRole("tooltip").getByRole("button", { name: /^撤\s*销$/ }).click();
  await expect(page.getByText("已撤销，恢复情况见下表")).toBeVisible();
  await expect(change.getByText("已撤销", { exact: true })).toBeVisible();
  towns = await townsOf(page, "澄海区");
  await expect(towns.filter({ hasText: "莲上镇" })).toBeVisible();
  await expect(towns.filter({ hasText: "莲塘镇" })).toHaveCount(0);
  await desk.goto(`${system.url}/enterprises?region=440515103`);
  await expect(desk.getByText(`共 ${upper} 家`)).toBeVisible();
  await expect(desk.locator(".ant-table-row").first()).toContainText("莲上镇");
  await desk.close();
});

test("a town is renamed and another goes to a neighbouring district, each told before it is done, each taken back", async ({ page }) => {
  await enter(page, "city-system");
  await page.goto(`${system.url}/regions`);
  const drawer = page.getByRole("dialog");
  const begin = async (kind: string, town: string) => {
    await page.getByRole("button", { name: "调整区划" }).click();
    await drawer.getByText(kind, { exact: true }).click();
    await choose(page, drawer.getByLabel("要调整的区划"), town);
  };
  await begin("更名", "溪南镇");
  await drawer.getByLabel("新名称").fill("南溪镇");
  await drawer.getByLabel("批准文件").fill("粤民区字〔2026〕5号");
  await drawer.getByRole("button", { name: "预览影响" }).click();
  await expect(drawer.getByText(/改名：溪南镇 → 南溪镇/)).toBeVisible();
  await drawer.getByRole("button", { name: "确认办理" }).click();
  const renamed = page.locator(".ant-table-row").filter({ hasText: "粤民区字〔2026〕5号" });
  await expect(renamed.getByText("生效", { exact: true })).toBeVisible();

  await begin("划归", "盐鸿镇");
  await choose(page, drawer.getByLabel("划归哪个区县"), "龙湖区");
  await drawer.getByLabel("批准文件").fill("粤民区字〔2026〕6号");
  await drawer.getByRole("button", { name: "预览影响" }).click();
  await expect(drawer.getByText("新设：盐鸿镇 440507")).toBeVisible();
  await expect(drawer.getByText("不再使用：盐鸿镇 440515106")).toBeVisible();
  await expect(drawer.getByRole("row", { name: /^企业 \d+ 澄海区盐鸿镇 龙湖区盐鸿镇$/ })).toBeVisible();
  await page.screenshot({ path: "shots/division-move.png" });
  await drawer.getByRole("button", { name: "确认办理" }).click();
  const moved = page.locator(".ant-table-row").filter({ hasText: "粤民区字〔2026〕6号" });
  await expect(moved.getByText("生效", { exact: true })).toBeVisible();
  await page.screenshot({ path: "shots/division-two.png" });

  for (const change of [moved, renamed]) {
    await takeBack(page, change);
  }
  const towns = await townsOf(page, "澄海区");
  await expect(towns.filter({ hasText: "盐鸿镇" })).toBeVisible();
  await expect(towns.filter({ hasText: "溪南镇" })).toBeVisible();
});

test("a town is divided on a phone: villages to each part, a preview, and back to the form", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const phone = await context.newPage();
  await enter(phone, "city-system");
  await phone.goto(`${system.url}/regions`);
  await phone.getByRole("button", { name: "调整区划" }).click();
  const drawer = phone.getByRole("dialog");
  await expect(drawer.getByText("只改名称，代码不变")).toBeVisible();
  await expect(drawer).not.toHaveClass(/motion/);
  await fitsItsScreen(phone);
  await phone.screenshot({ path: "shots/phone-division-form.png" });
  await drawer.getByText("拆分", { exact: true }).click();
  await choose(phone, drawer.getByLabel("要调整的区划"), "鸥汀街道");
  await drawer.getByLabel("名称（沿用的可不填）").last().fill("金鸥街道");
  await drawer.getByLabel("地址中还有这些字样的也归它").last().fill("工业大道");
  await drawer.getByLabel("批准文件").fill("粤民区字〔2026〕7号");
  await phone.screenshot({ path: "shots/phone-division-split.png", fullPage: true });
  await drawer.getByRole("button", { name: "预览影响" }).click();
  await expect(drawer.getByText(/新设：金鸥街道/)).toBeVisible();
  await fitsItsScreen(phone);
  await phone.screenshot({ path: "shots/phone-division-preview.png" });
  // nothing typed is lost
  await drawer.getByRole("button", { name: "返回修改" }).click();
  await expect(drawer.getByLabel("名称（沿用的可不填）").last()).toHaveValue("金鸥街道");
  await drawer.getByRole("button", { name: "预览影响" }).click();
  await drawer.getByRole("button", { name: "确认办理" }).click();
  await expect(phone.locator(".ant-table-row").first()).toContainText("鸥汀街道（440507005） → 鸥汀街道（440507005）、金鸥街道");
  await fitsItsScreen(phone);
  await phone.screenshot({ path: "shots/phone-division-changes.png" });
  const change = phone.locator(".ant-table-row").first();
  await takeBack(phone, change);
  await phone.screenshot({ path: "shots/phone-division-undone.png" });
  await context.close();
});
