import { expect } from "@playwright/test";

import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

test("a deputy acts for a colleague, sees it on every page, and changes back", async ({ page }) => {
  await signIn(page, system, "county-officer", system.password("county-officer"));
  await page.getByRole("link", { name: "账号安全" }).click();
  const panel = page.locator(".panel", { has: page.getByRole("heading", { name: "代理人" }) });
  await panel.getByLabel("代理人的登录名").fill("nobody");
  await panel.getByRole("button", { name: "指定代理人" }).click();
  await expect(panel.getByText("没有这个监管人员的登录名")).toBeVisible();
  await panel.getByLabel("代理人的登录名").fill("town-leader");
  await panel.getByLabel("依据").fill("龙应急〔2026〕5号");
  await panel.getByRole("button", { name: "指定代理人" }).click();
  await expect(panel.getByText("代理中")).toBeVisible();
  await page.screenshot({ path: "shots/deputies.png" });
  await page.setViewportSize({ width: 390, height: 844 });
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/deputies-phone.png" });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.context().clearCookies();

  await signIn(page, system, "town-leader", system.password("town-leader"));
  await page.getByRole("button", { name: "我的账号" }).click();
  await page.getByRole("menuitem", { name: "代理杨监管" }).click();
  await expect(page.getByText("您正在代理杨监管办理")).toBeVisible();
  await page.screenshot({ path: "shots/acting.png" });
  await page.setViewportSize({ width: 390, height: 844 });
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/acting-phone.png" });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("button", { name: "改回本人" }).click();
  await expect(page.getByText("您正在代理杨监管办理")).toBeHidden();
  await page.context().clearCookies();

  await signIn(page, system, "county-security", system.password("county-security"));
  await page.getByRole("button", { name: "杨监管" }).click();
  await expect(page.getByText("由 周主任 代理")).toBeVisible();
  await expect(page.getByText("龙应急〔2026〕5号")).toBeVisible();
  await page.screenshot({ path: "shots/account.png" });
});
