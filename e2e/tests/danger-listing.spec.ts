import { type Locator, type Page, expect } from "@playwright/test";

import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

const enter = async (page: Page, login: string) => {
  await page.context().clearCookies();
  await signIn(page, system, login, system.password(login));
};
const fine = (page: Page) => page.getByRole("button", { name: /^确\s*定$/ });
/** The last day that the open calendar lets one choose. */
const lastDay = async (page: Page, field: Locator) => {
  await field.click();
  await page.locator(".ant-picker-dropdown:visible .ant-picker-header-super-next-btn").click();
  await page.locator(".ant-picker-dropdown:visible .ant-picker-cell-in-view:not(.ant-picker-cell-disabled)").last().click();
};

test("the county lists a major danger by a numbered notice and releases it once it was looked at, another department is told and answers, and the quarter's number moves", async ({ page }) => {
  // a whole life in one test
  test.slow();
  await page.setViewportSize({ width: 1440, height: 900 });
  await enter(page, "county-leader");
  const now = new Date();
  const quarter = `year=${now.getFullYear()}&quarter=${Math.floor(now.getMonth() / 3) + 1}`;
  await page.goto(`${system.url}/danger-quarter?${quarter}`);
  await expect(page.getByText("合计")).toBeVisible();
  // the first column is the line's name; major dangers found are the sixth figure
  const found = page.locator("tfoot td").nth(6);
  await expect(found).toHaveText(/^\d+$/);
  const before = Number(await found.textContent());
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/danger-quarter.png", fullPage: true });

  // the officer of the town finds it on the spot
  await enter(page, "town-officer");
  await page.goto(`${system.url}/dangers`);
  await page.locator(".ant-table-row").first().getByRole("link").nth(1).click();
  // the list has a button of that name, too
  await expect(page.getByRole("heading", { name: "隐患", exact: true })).toBeHidden();
  await page.getByRole("button", { name: "登记隐患" }).click();
  await page.getByLabel("隐患部位").fill("危险化学品仓库");
  await page.getByLabel("隐患内容").fill("可燃气体报警器全部停用，通风不能启动");
  await page.getByText("须停产停业、经过一定时间整改").click();
  await page.getByRole("button", { name: "15 天" }).click();
  await page.getByRole("button", { name: /登\s*记$/ }).click();
  // the form speaks of major dangers, too: its address is taken once it is the danger's own
  await expect(page).toHaveURL(/\/dangers\/4405\//);
  await expect(page.getByText("重大隐患").first()).toBeVisible();
  const danger = page.url();

  // another department is told
  await page.getByRole("button", { name: "抄告其他部门" }).click();
  await page.getByRole("dialog").getByLabel("抄告的部门").fill("区消防救援大队");
  await page.getByRole("dialog").getByText("抄告内容").click();
  await page.screenshot({ path: "shots/danger-notice-new.png" });
  await fine(page).click();
  await page.getByRole("link", { name: "区消防救援大队" }).click();
  await expect(page.getByText("待签收").first()).toBeVisible();
  await page.getByRole("button", { name: "登记答复" }).click();
  await page.getByRole("textbox", { name: "答复内容" }).fill("已约谈企业，月底前复查");
  await fine(page).click();
  await expect(page.getByText("待反馈").first()).toBeVisible();
  await page.getByRole("button", { name: "登记处理结果" }).click();
  await page.getByRole("textbox", { name: "处理结果" }).fill("已责令恢复并处罚");
  await fine(page).click();
  await expect(page.getByText("已反馈").first()).toBeVisible();
  await page.screenshot({ path: "shots/danger-notice.png", fullPage: true });
  await page.goto(`${system.url}/danger-notices`);
  await expect(page.getByText("今年各部门办理情况")).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/danger-notices.png", fullPage: true });

  // the five guarantees, then the county's notice
  await page.goto(danger);
  await page.getByRole("button", { name: "填报治理方案" }).click();
  await page.getByLabel("责任：责任人").fill("厂长");
  await page.getByLabel("措施：治理目标和措施").fill("更换报警器，恢复通风");
  await page.getByLabel("资金：计划投入（元）").fill("50000");
  await lastDay(page, page.getByLabel("时限：计划完成"));
  await page.getByLabel("预案：治理期间的防范和应急措施").fill("仓库停用，专人看守");
  await fine(page).click();
  await expect(page.getByText("更换报警器，恢复通风").first()).toBeVisible();
  await enter(page, "county-leader");
  await page.goto(danger);
  await page.getByRole("button", { name: "挂牌督办" }).click();
  await page.getByLabel("督办级别").click();
  await page.locator(".ant-select-item-option", { hasText: "区县" }).click();
  await expect(page.getByRole("dialog").getByTitle("区县", { exact: true })).toBeVisible();
  await lastDay(page, page.getByLabel("督办期限"));
  await page.getByLabel("原因").fill("危险性大");
  await fine(page).click();
  await expect(page.getByText(/应急督办〔\d+〕\d+号/).first()).toBeVisible();
  await expect(page.getByText("尚未登记送达")).toBeVisible();
  await page.getByRole("button", { name: "登记督办通知送达" }).click();
  await page.getByLabel("签收人").fill("厂长");
  await fine(page).click();
  await expect(page.getByText(/直接送达 厂长 签收/)).toBeVisible();
  const paper = page.waitForEvent("download");
  await page.getByRole("link", { name: "督办通知书 PDF" }).click();
  expect((await paper).suggestedFilename()).toContain("挂牌督办通知书");
  await page.screenshot({ path: "shots/danger-listed.png", fullPage: true });

  // mended and looked at by the town, on the phone; released by the county
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(page, "town-officer");
  await page.goto(danger);
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-danger-listed.png", fullPage: true });
  await page.getByRole("button", { name: "报告整改完成" }).click();
  await page.getByLabel("怎样整改的").fill("报警器和通风已恢复，检测合格");
  // under listed supervision an expert accepts, unless told otherwise
  await expect(page.getByRole("dialog").getByText("专家验收")).toBeVisible();
  await page.getByLabel("验收人").fill("李专家");
  await fine(page).click();
  await page.getByRole("button", { name: "复查合格、提请解除督办" }).click();
  await page.getByLabel("复查情况").fill("现场试验正常");
  await fine(page).click();
  await expect(page.getByText("待解除督办").first()).toBeVisible();
  await enter(page, "county-leader");
  await page.goto(danger);
  await page.getByRole("button", { name: "解除挂牌督办、销号" }).click();
  await page.getByLabel("验收结论").fill("验收合格");
  await fine(page).click();
  await expect(page.getByText("已销号").first()).toBeVisible();
  await page.goto(`${system.url}/danger-quarter?${quarter}`);
  await expect(page.getByRole("heading", { name: "合计" })).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-danger-quarter.png" });
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(found).toHaveText(String(before + 1));
  await found.getByRole("link").click();
  await expect(page.getByRole("link", { name: /可燃气体报警器全部停用/ })).toBeVisible();
});
