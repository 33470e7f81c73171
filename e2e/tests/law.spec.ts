import { expect } from "@playwright/test";

import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

for (const [width, name] of [[1440, "desktop"], [390, "phone"]] as const) {
  test(`anybody computes a figure with its source and steps, without signing in (${name})`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(system.url);
    await page.getByRole("link", { name: "法规计算器" }).click();
    await fitsItsScreen(page);
    await page.screenshot({ path: `shots/calculator-${name}.png`, fullPage: true });
    await page.getByRole("link", { name: /企业规模划分/ }).click();
    await page.getByLabel("行业代码").fill("29");
    await page.getByRole("button", { name: /计\s*算/ }).click();
    await expect(page.getByText(/缺少从业人数/).first()).toBeVisible();
    await page.getByLabel("从业人数").fill("310");
    await page.getByLabel("营业收入").fill("21000000");
    await page.getByRole("button", { name: /计\s*算/ }).click();
    await expect(page.locator(".outcome")).toHaveText("中型");
    await expect(page.getByText("国统字〔2017〕213号").last()).toBeVisible();
    await fitsItsScreen(page);
    await page.screenshot({ path: `shots/rule-${name}.png`, fullPage: true });
    await page.getByRole("link", { name: "企业规模划分标准" }).click();
    await expect(page.getByRole("heading", { name: "企业规模划分标准" })).toBeVisible();
    await fitsItsScreen(page);
    await page.screenshot({ path: `shots/law-table-${name}.png` });
  });
}

test("a city's administrator lays a row over a national one, and the figure names its document", async ({ page }) => {
  await signIn(page, system, "city-system", system.password("city-system"));
  await page.getByRole("link", { name: "规则表" }).click();
  await page.getByRole("link", { name: "企业规模划分标准" }).click();
  const held = page.getByRole("checkbox", { name: "只看某日有效的" });
  await held.click();
  await expect(held).toBeChecked();
  const row = page.getByRole("row").filter({ hasText: "工业" }).filter({ hasText: "从业人数" });
  await row.getByRole("button", { name: "设本地规定" }).click();
  await page.getByLabel("文号条款").fill("汕府办〔2026〕1号");
  await page.getByLabel("起始日期").fill("2026-01-01");
  await page.getByLabel("起始日期").press("Enter");
  await page.getByLabel("大型下限").fill("200");
  await page.screenshot({ path: "shots/law-row-dialog.png" });
  await page.getByRole("button", { name: /保\s*存/ }).click();
  await expect(page.getByText("汕府办〔2026〕1号").first()).toBeVisible();
  await page.goto(`${system.url}/calculator/size-class?on=2026-06-01&region=440507`);
  await page.getByLabel("行业代码").fill("29");
  await page.getByLabel("从业人数").fill("310");
  await page.getByLabel("营业收入").fill("500000000");
  await page.getByRole("button", { name: /计\s*算/ }).click();
  await expect(page.locator(".outcome")).toHaveText("大型");
  await expect(page.getByText("汕府办〔2026〕1号").first()).toBeVisible();
});
