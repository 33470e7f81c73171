import { type Page, expect } from "@playwright/test";

import { type System, fitsItsScreen, openTab, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

const enter = (page: Page, login: string) => signIn(page, system, login, system.password(login));

test("an officer registers an engagement, the intermediary reads that enterprise, and no longer when it ends", async ({ browser, page }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  const phone = await context.newPage();
  await enter(phone, "intermediary");
  await expect(phone.getByText("共 2 家，都是正在委托您服务的企业")).toBeVisible();

  await enter(page, "town-officer");
  await page.goto(`${system.url}/enterprises?sort=name&verification=unverified`);
  await page.locator(".ant-table-row a").first().click();
  await expect(page.getByText("档案内容")).toBeVisible();
  const name = (await page.locator("h1").textContent()) ?? "";
  const record = page.url();
  await openTab(page.getByRole("tab", { name: "委托服务" }));
  await expect(page.getByText("还没有委托中介机构")).toBeVisible();
  await page.getByRole("button", { name: "登记委托服务" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("中介机构的登录名").fill("town-officer");
  await dialog.getByLabel("服务类别").click();
  await page.getByTitle("检测检验").click();
  await dialog.getByLabel("合同编号").fill("检测〔2026〕8号");
  await dialog.getByRole("button", { name: /登\s*记/ }).click();
  await expect(dialog.getByText("本市没有这个中介机构的登录名")).toBeVisible();
  await page.screenshot({ path: "shots/engagement-form.png" });
  await dialog.getByLabel("中介机构的登录名").fill("intermediary");
  await dialog.getByRole("button", { name: /登\s*记/ }).click();
  await expect(page.getByText("服务中")).toBeVisible();
  await expect(page.getByText("合同 检测〔2026〕8号")).toBeVisible();
  await page.screenshot({ path: "shots/engagement.png" });

  await phone.reload();
  await expect(phone.getByText("共 3 家，都是正在委托您服务的企业")).toBeVisible();
  await expect(phone.getByRole("button", { name: /新增企业|导\s*出|视\s*图|我的企业/ })).toHaveCount(0);
  await fitsItsScreen(phone);
  await phone.screenshot({ path: "shots/phone-engaged.png" });
  await phone.getByRole("link", { name, exact: true }).click();
  await expect(phone.getByText("档案内容")).toBeVisible();
  await expect(phone.getByRole("button", { name: /^修\s*改$|核\s*实|变更状态|修改记录/ })).toHaveCount(0);
  await phone.getByRole("button", { name: /更多$/ }).click();
  await expect(phone.getByRole("menuitem")).toHaveText(["我能办什么、为什么…"]);
  await phone.keyboard.press("Escape");
  await expect(phone.getByRole("tab")).toHaveText(["档案内容", "安全生产档案", "委托服务"]);
  await openTab(phone.getByRole("tab", { name: "委托服务" }));
  await expect(phone.getByText("检测检验")).toBeVisible();
  await expect(phone.getByRole("button", { name: /登记|结\s*束/ })).toHaveCount(0);
  await fitsItsScreen(phone);
  await phone.screenshot({ path: "shots/phone-engagement.png" });

  await page.getByRole("button", { name: /结\s*束/ }).click();
  await page.getByRole("button", { name: "结束服务" }).click();
  await expect(page.getByText("已结束", { exact: true })).toBeVisible();
  await phone.goto(record);
  await expect(phone.getByText("没有这家企业，或它不在您的管辖范围内")).toBeVisible();
  await phone.goto(`${system.url}/enterprises`);
  await expect(phone.getByText("共 2 家")).toBeVisible();
  await expect(phone.getByRole("link", { name, exact: true })).toHaveCount(0);
  await context.close();
});
