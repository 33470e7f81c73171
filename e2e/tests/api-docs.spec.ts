import { expect } from "@playwright/test";

import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

test("a programmer finds an operation and what it takes, signed in or not", async ({ page }) => {
  const refused: string[] = [];
  page.on("console", (message) => { if (message.text().includes("Content Security Policy")) refused.push(message.text()); });
  await page.goto(`${system.url}/api/docs`);
  await expect(page.getByRole("heading", { name: "接口文档" })).toBeVisible();
  await page.screenshot({ path: "shots/api-docs.png" });
  await page.getByLabel("查找接口").fill("assign");
  const operation = page.locator("details.api-operation", { hasText: "/api/enterprises/assign" });
  await operation.locator("summary").first().click();
  await expect(operation.getByRole("heading", { name: "请求内容" })).toBeVisible();
  await operation.getByText("展开其中的字段").first().click();
  await expect(operation.locator("li li code", { hasText: "version" })).toBeVisible();
  await operation.getByText("成功").click();
  await page.screenshot({ path: "shots/api-docs-operation.png" });
  await page.setViewportSize({ width: 390, height: 844 });
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/api-docs-phone.png" });
  await page.getByLabel("查找接口").fill("没有这样的接口");
  await expect(page.getByText("没有符合的接口")).toBeVisible();
  await page.getByLabel("查找接口").fill("");
  await fitsItsScreen(page);
  await page.setViewportSize({ width: 1440, height: 900 });

  await signIn(page, system, "city-leader", system.password("city-leader"));
  await page.getByRole("button", { name: "我的账号" }).click();
  await page.getByRole("menuitem", { name: "接口文档" }).click();
  await expect(page.getByText("/api/enterprises/assign")).toBeVisible();
  await page.screenshot({ path: "shots/api-docs-inside.png" });
  expect(refused).toEqual([]);
});
