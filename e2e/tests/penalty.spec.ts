import { type Page, expect } from "@playwright/test";

import { charge, draft } from "./penalties";
import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

const enter = (page: Page, login: string) => signIn(page, system, login, system.password(login));

/** Opens a penalty of the first enterprise that its own officers find. */
async function open(page: Page, procedure: string, cause: string, fine: string): Promise<void> {
  await page.goto(`${system.url}/enterprises?status=normal`);
  const href = (await page.locator("a[href^='/enterprises/4405/']").first().getAttribute("href")) ?? "";
  const [, , city, id] = href.split("/");
  await page.goto(`${system.url}/penalties/new?city=${city ?? ""}&enterprise=${id ?? ""}`);
  await charge(page, { procedure, cause, fine, stage: "责令改正时一并处罚", facts: "新进员工 5 人未经安全培训即上岗作业" });
}

test("an officer opens a case, the leader approves its filing, and the officer investigates", async ({ browser, page }) => {
  await enter(page, "county-officer");
  await open(page, "普通程序", "未按照规定对从业人员进行安全生产教育和培训", "50000");
  await expect(page.getByText("待立案审批").first()).toBeVisible();
  await expect(page.getByText(/法定 0\.00 元 至 100,000\.00 元/)).toBeVisible();
  await draft(page, "立案审批表");
  await page.screenshot({ path: "shots/penalty-paper.png" });
  await expect(page.getByText("由机关负责人审批")).toBeVisible();
  const address = page.url();

  const desk = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const leader = await desk.newPage();
  await enter(leader, "county-leader");
  await leader.goto(address);
  await leader.getByText("立案审批表").first().click();
  await leader.getByRole("button", { name: "审批同意" }).click();
  await leader.getByRole("dialog", { name: "审批同意立案审批表" }).getByRole("button", { name: "审批同意" }).click();
  await expect(leader.getByText("调查取证").first()).toBeVisible();
  await fitsItsScreen(leader);
  await leader.screenshot({ path: "shots/phone-penalty.png", fullPage: true });
  await desk.close();

  await page.reload();
  await expect(page.getByText("调查取证").first()).toBeVisible();
  // an exhibit says what it is evidence as, and where it comes from
  await page.getByRole("button", { name: "补充证据材料" }).click();
  const dialog = page.getByRole("dialog", { name: "补充证据材料" });
  await expect(dialog.getByRole("button", { name: "填好以上各项后上传文件" })).toBeDisabled();
  await dialog.getByLabel("证据种类").click();
  await page.locator(".ant-select-item-option", { hasText: "书证" }).click();
  await dialog.getByLabel("取得地点").fill("厂办公室");
  await page.screenshot({ path: "shots/penalty-exhibit-new.png" });
  await dialog.getByLabel("证据材料文件").setInputFiles({ name: "培训台账.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n%%EOF") });
  const exhibit = page.locator(".exhibit");
  await expect(exhibit).toContainText("书证");
  await expect(exhibit).toContainText(/培训台账\.pdf.*地点 厂办公室.*取证人 /s);
  await page.screenshot({ path: "shots/penalty.png", fullPage: true });
  await page.goto(`${system.url}/penalties`);
  await expect(page.getByRole("link", { name: "未按照规定对从业人员进行安全生产教育和培训" })).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/penalties.png" });
});

test("a small fine is decided on the spot, paid, and closed by the leader", async ({ browser, page }) => {
  await enter(page, "county-officer");
  await open(page, "简易程序", "安全警示标志缺失", "1000");
  await draft(page, "行政（当场）处罚决定书（单位）");
  await page.getByRole("dialog", { name: /行政（当场）处罚决定书/ }).getByRole("button", { name: /签\s*发/ }).click();
  await page.getByRole("dialog", { name: /^签发/ }).getByRole("button", { name: /签\s*发/ }).click();
  await expect(page.getByText("待履行结案").first()).toBeVisible();
  await page.getByRole("button", { name: "登记缴款" }).click();
  await page.getByLabel("本次缴款（元）").fill("1000");
  await page.getByRole("dialog").getByRole("button", { name: /确\s*定/ }).click();
  await expect(page.getByText("1,000.00 元").first()).toBeVisible();
  await draft(page, "结案审批表");
  const address = page.url();
  const desk = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const leader = await desk.newPage();
  await enter(leader, "county-leader");
  await leader.goto(address);
  await leader.getByText("结案审批表").first().click();
  await leader.getByRole("button", { name: "审批同意" }).click();
  await leader.getByRole("dialog", { name: "审批同意结案审批表" }).getByRole("button", { name: "审批同意" }).click();
  await expect(leader.getByText("已结案").first()).toBeVisible();
  await leader.screenshot({ path: "shots/penalty-closed.png", fullPage: true });
  await desk.close();
});
