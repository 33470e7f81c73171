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

async function openRecord(page: Page, filter: string): Promise<void> {
  await page.goto(`${system.url}/enterprises?sort=name&${filter}`);
  await page.locator(".ant-table-row a").first().click();
  await expect(page.getByRole("tab", { name: "档案内容" })).toBeVisible();
}

test("an enterprise's page shows where it lies, and without a place leads to the form that gives it one", async ({ page }) => {
  await enter(page, "town-officer");
  await openRecord(page, "located=yes");
  await expect(page.getByRole("img", { name: /的位置$/ }).locator("canvas")).toBeVisible();
  await expect(page.getByText("红标是这家企业，外框是")).toBeVisible();
  await page.screenshot({ path: "shots/enterprise.png", fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/enterprise-phone.png", fullPage: true });
  await page.setViewportSize({ width: 1280, height: 720 });
  await openRecord(page, "located=no");
  await page.getByRole("button", { name: "填写经度、纬度" }).click();
  await expect(page.getByLabel("经度")).toBeVisible();
});

test("the figures at the head of an enterprise's page are those of the rows they open", async ({ page }) => {
  await enter(page, "county-officer");
  // one that has a danger to be put right
  await page.goto(`${system.url}/dangers?life=open`);
  await page.locator(".ant-table-row a[href^='/enterprises/']").first().click();
  const tile = page.locator(".tile", { hasText: "未销号隐患" });
  await expect(tile.locator("b")).toHaveText(/^[1-9]\d*$/);
  const number = (await tile.locator("b").textContent()) ?? "";
  const score = page.locator(".tile", { hasText: "档案完整度" });
  await expect(score.locator("b")).toHaveText(/^\d+%$/);
  await expect(page.locator(".tile", { hasText: "最近一次检查" }).locator("b")).not.toHaveText("…");
  await expect(page.locator(".tile", { hasText: "到期证照" }).locator("b")).toHaveText(/^\d+$/);
  const percent = (await score.locator("b").textContent()) ?? "";
  await score.click();
  await expect(page.getByText(`完整度 ${percent}`)).toBeVisible();
  await tile.click();
  await expect(page).toHaveURL(/\/dangers\?.*enterprise=/);
  await expect(page.locator(".page-head")).toContainText(`共 ${number} 条`);
});

test("within a county its towns are blocks that lead to them, and a town's map shows its enterprises", async ({ page }) => {
  await enter(page, "city-leader");
  await page.goto(`${system.url}/overview?region=440515`);
  const blocks = page.getByRole("group", { name: "各地的企业总数" });
  await expect(page.getByRole("img", { name: "企业总数分布图" }).locator("canvas")).toBeVisible();
  await expect(blocks.getByRole("link", { name: /莲下镇/ })).toBeVisible();
  await page.screenshot({ path: "shots/county.png", fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/county-phone.png", fullPage: true });
  await page.setViewportSize({ width: 1280, height: 720 });
  await blocks.getByRole("link", { name: /莲下镇/ }).click();
  await expect(page).toHaveURL(/region=440515102/);
  await expect(page.getByText("外框是所在区县，圆点是这个镇街的企业。")).toBeVisible();
  await expect(page.getByRole("img", { name: "企业总数分布图" }).locator("canvas")).toBeVisible();
  await page.screenshot({ path: "shots/town.png", fullPage: true });
});
