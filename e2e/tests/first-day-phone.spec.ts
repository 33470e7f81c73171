/** The main job on a phone: an empty system, its first administrator and clerk, a list of thousands, and the number behind each row. */
import { type Page, expect } from "@playwright/test";

import { phone } from "./outdoors";
import { type System, enrol, fillNewPassword, fillSetUp, fitsItsScreen, grantClerk, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("serve");
});
test.afterAll(async () => {
  await system.stop();
});

const TOWNS = ["汕头市澄海区莲下镇", "汕头市金平区鮀莲街道", "汕头市潮阳区谷饶镇", "汕头市龙湖区珠池街道"];
const TRADES = ["塑料厂", "印务有限公司", "织造厂", "玩具有限公司", "五金加工店"];
const ROWS = 4_000;
/** As many rows as take a while, a few of which cannot be taken. */
const LIST = [
  "企业名称,统一社会信用代码,住所",
  ...Array.from({ length: ROWS }, (_, at) => {
    const name = at % 1_000 === 7 ? "" : `汕头市${String.fromCharCode(0x4e00 + (at % 200) * 7)}${String.fromCharCode(0x5000 + at)}${TRADES[at % TRADES.length] ?? ""}`;
    return `${name},,${TOWNS[at % TOWNS.length] ?? ""}测试路${at + 1}号`;
  }),
].join("\n");

const go = async (page: Page, name: string) => {
  await page.getByRole("button", { name: "菜单" }).click();
  await page.getByRole("dialog").getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
};

test("on a phone an empty system is set up, a list of thousands is imported under one's eyes, and the overview leads down to its rows", async ({ browser }) => {
  test.slow();
  const context = await phone(browser);
  const page = await context.newPage();
  await page.goto(system.url);
  await page.getByLabel("初始化口令").fill(/管理员：(\S+)/.exec(system.said())?.[1] ?? "");
  await fillSetUp(page);
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-first-setup.png" });
  await page.getByRole("button", { name: "完成初始化" }).click();
  await expect(page.getByRole("button", { name: /登\s*录/ })).toBeVisible();

  await signIn(page, system, "lin", "Jin-Sha-Lu-2026");
  await fitsItsScreen(page);
  await enrol(page);
  await page.getByRole("button", { name: "新建账号" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("姓名").fill("吴文员");
  await dialog.getByLabel("登录名").fill("wu-wenyuan");
  await dialog.getByRole("button", { name: /新\s*建/ }).click();
  const once = (await page.locator(".ant-modal-confirm code").textContent()) ?? "";
  await page.getByRole("button", { name: "已经记下" }).click();
  await grantClerk(page);
  await fitsItsScreen(page);
  await context.clearCookies();

  await signIn(page, system, "wu-wenyuan", once);
  await fillNewPassword(page, once, "Han-Jiang-2026");
  await fitsItsScreen(page);
  await page.getByRole("button", { name: "保存新密码" }).click();
  await expect(page.getByText("这里还没有企业。")).toBeVisible();
  await page.screenshot({ path: "shots/phone-first-empty.png" });

  // the list, read and written under one's eyes
  await go(page, "导入名单");
  await page.locator('input[type="file"]').setInputFiles({ name: "名单.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) });
  const work = page.getByRole("status").filter({ has: page.getByRole("progressbar") });
  await expect(work).toContainText(/核对：.*[\d,]+ \/ 4,000 行/);
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-first-reading.png" });
  await expect(page.getByRole("button", { name: "确认导入" })).toBeVisible({ timeout: 180_000 });
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-first-preview.png", fullPage: true });
  const rejects = page.waitForEvent("download");
  await page.getByRole("link", { name: "下载未导入的 4 行（附原因）" }).click();
  expect((await rejects).suggestedFilename()).toContain("未导入的行");
  await page.getByRole("button", { name: "确认导入" }).click();
  await page.getByRole("tooltip").getByRole("button", { name: "确认导入" }).click();
  await expect(work).toContainText("导入：");
  await expect(page.getByText("已写入 3,996 家企业的档案")).toBeVisible({ timeout: 180_000 });
  await fitsItsScreen(page);

  // the numbers, and the rows behind them
  await go(page, "概览");
  const figure = page.locator(".tile").first().locator("b");
  await expect(figure).toHaveText("3,996");
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-first-overview.png", fullPage: true });
  await page.getByRole("table").getByText("澄海区").click();
  await expect(figure).toHaveText("1,000");
  await page.getByRole("table").getByText("莲下镇").click();
  await expect(page.locator(".ant-breadcrumb")).toContainText("莲下镇");
  await expect(figure).toHaveText("1,000");
  await fitsItsScreen(page);
  await page.locator(".tile").first().click();
  await expect(page.getByText("共 1,000 家")).toBeVisible();
  await expect(page).toHaveURL(/region=440515102/);
  await page.getByRole("button", { name: /筛选/ }).first().click();
  await page.getByRole("button", { name: /^轻工/ }).click();
  await expect(page).toHaveURL(/sector=/);
  await expect(page.getByText("共 1,000 家")).toBeHidden();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-first-list.png" });
  await context.close();
});
