import { expect } from "@playwright/test";

import { type System, enrol, fillNewPassword, fillSetUp, grantClerk, openTab, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("serve");
});
test.afterAll(async () => {
  await system.stop();
});

/** What a market-supervision office might send: a title above, odd columns, a row that cannot be taken. */
const LIST = [
  "汕头市企业名单,,,",
  "序号,企业名称,统一社会信用代码,住所",
  "1,汕头市春江测试塑料厂,,汕头市澄海区莲下镇春江路1号",
  "2,汕头市鮀𬶍测试印务有限公司,,汕头市金平区鮀莲街道金凤路3号",
  "3,汕头市龙湖测试玩具有限公司,,汕头市龙湖区",
  "4,,,汕头市龙湖区珠池街道",
  "5,汕头市测试织造厂,91440500INVALID00X,汕头市潮阳区谷饶镇",
].join("\n");

test("the first day: first administrator, a clerk, a list, and its town", async ({ page }) => {
  const token = /管理员：(\S+)/.exec(system.said())?.[1] ?? "";
  await page.goto(system.url);
  await page.getByLabel("初始化口令").fill("wrong");
  await fillSetUp(page);
  await page.getByRole("button", { name: "完成初始化" }).click();
  await expect(page.getByText("初始化口令不正确").first()).toBeVisible();
  await page.getByLabel("初始化口令").fill(token);
  await page.getByRole("button", { name: "完成初始化" }).click();
  await expect(page.getByRole("button", { name: /登\s*录/ })).toBeVisible();

  await signIn(page, system, "lin", "Jin-Sha-Lu-2026");
  await enrol(page);
  await expect(page.getByRole("heading", { name: "账号与授权" })).toBeVisible();
  await page.getByRole("button", { name: "新建账号" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("姓名").fill("吴文员");
  await dialog.getByLabel("登录名").fill("wu");
  await dialog.getByRole("button", { name: /新\s*建/ }).click();
  await expect(page.getByText("登录名应为 3–50 位").first()).toBeVisible();
  await dialog.getByLabel("登录名").fill("wu-wenyuan");
  await dialog.getByRole("button", { name: /新\s*建/ }).click();
  const once = (await page.locator(".ant-modal-confirm code").textContent()) ?? "";
  expect(once).toHaveLength(16);
  await page.getByRole("button", { name: "已经记下" }).click();
  await grantClerk(page);
  await page.context().clearCookies();

  await signIn(page, system, "wu-wenyuan", once);
  await expect(page.getByText("这是首次登录或密码已被重置")).toBeVisible();
  await fillNewPassword(page, once, "Han-Jiang-2026");
  await page.getByRole("button", { name: "保存新密码" }).click();
  await expect(page.getByText("这里还没有企业。")).toBeVisible();

  await page.getByRole("link", { name: "导入名单" }).click();
  await page.locator('input[type="file"]').setInputFiles({ name: "名单.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) });
  await expect(page.getByRole("button", { name: "确认导入" })).toBeVisible({ timeout: 30_000 });
  await openTab(page.getByRole("tab", { name: /未导入/ }));
  await expect(page.getByText("统一社会信用代码：").first()).toBeVisible();
  const rejects = page.waitForEvent("download");
  await page.getByRole("link", { name: /下载未导入的/ }).click();
  expect((await rejects).suggestedFilename()).toContain("未导入的行");
  await page.screenshot({ path: "shots/import.png" });
  await page.getByRole("button", { name: "确认导入" }).click();
  await page.getByRole("tooltip").getByRole("button", { name: "确认导入" }).click();
  await expect(page.getByText(/已写入 \d+ 家企业的档案/)).toBeVisible({ timeout: 30_000 });

  await page.getByRole("link", { name: "待分配" }).click();
  await expect(page.getByText("汕头市龙湖测试玩具有限公司")).toBeVisible();
  await page.getByRole("row", { name: /龙湖测试玩具/ }).getByRole("button", { name: "选择…" }).click();
  const assign = page.getByRole("dialog");
  await assign.locator(".ant-select").click();
  for (const name of ["汕头市", "龙湖区", "珠池街道"]) await page.locator(".ant-cascader-menu-item").filter({ hasText: name }).click();
  await assign.locator(".ant-modal-title").click(); // closes the list of divisions, if it is still open, and nothing else
  await assign.getByRole("button", { name: /分\s*配/ }).click();
  await expect(page.getByText("已分配 1 家企业。")).toBeVisible();
  await page.getByLabel("搜索").fill("鮀𬶍");
  await expect(page.locator(".search-option").first()).toContainText("鮀𬶍测试印务");
  await page.getByRole("link", { name: "概览" }).click();
  await expect(page.locator(".tile").first()).not.toContainText("0");
});
