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

/** A picture of one red point: enough of a photo for the server, which judges by content. */
const PHOTO = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==", "base64");

/** Signs in the first, second or third field. */
async function sign(page: Page, at: number) {
  const field = page.locator(".signature canvas").nth(at);
  await field.scrollIntoViewIfNeeded();
  const box = await field.boundingBox();
  if (!box) throw new Error("no field to sign in");
  await page.mouse.move(box.x + 40, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, box.y + 60, { steps: 4 });
  await page.mouse.move(box.x + 140, box.y + 25, { steps: 4 });
  await page.mouse.up();
}

test("a town officer walks into a workshop with a phone, leaves with a signed record and a numbered order, and the recheck closes what was found", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const page = await context.newPage();
  await enter(page, "town-officer");
  await page.goto(`${system.url}/enterprises`);
  await page.locator("a[href^='/enterprises/4405/']").first().click();
  await openTab(page.getByRole("tab", { name: "隐患和事项" }));
  await page.getByRole("link", { name: "开始检查" }).click();
  const people = page.getByLabel("执法人员（两名）");
  await people.click();
  for (const at of [0, 1]) await page.locator(".ant-select-item-option:not(.ant-select-item-option-disabled)").nth(at).click();
  await page.keyboard.press("Escape");
  await fitsItsScreen(page);
  await page.getByRole("button", { name: /开\s*始/, exact: false }).click();

  // the checklist: answers are kept as they are given
  await expect(page.getByText(/已查 0 \//)).toBeVisible();
  const items = page.locator(".checklist-item");
  await items.nth(0).getByText("符合", { exact: true }).click();
  await items.nth(1).getByText("不符合", { exact: true }).click();
  await expect(page.getByText(/已查 2 \/ \d+ 项\s*已保存。/)).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-visit.png" });

  // what was found, with a photo
  await items.nth(1).getByRole("button", { name: "记录问题" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("发现的问题").fill("二楼车间安全出口上锁");
  await dialog.getByLabel("部位").fill("二楼车间东侧");
  await page.screenshot({ path: "shots/phone-visit-finding.png" });
  await dialog.getByRole("button", { name: /保\s*存/ }).click();
  await expect(page.getByText("1. 二楼车间安全出口上锁")).toBeVisible();
  await page.getByLabel("第 1 个问题的照片").setInputFiles({ name: "出口.png", mimeType: "image/png", buffer: PHOTO });
  await expect(page.locator(".finding-photos img")).toBeVisible();

  // all sign; without a signature the visit does not end
  await page.getByRole("button", { name: "7 天" }).click();
  await page.getByRole("button", { name: "签名完毕，结束检查" }).click();
  await expect(page.getByText("请执法人员签名。").first()).toBeVisible();
  for (const at of [0, 1, 2]) await sign(page, at);
  await page.locator(".signatures").scrollIntoViewIfNeeded();
  await page.screenshot({ path: "shots/phone-visit-sign.png" });
  await page.getByRole("button", { name: "签名完毕，结束检查" }).click();
  await expect(page.getByText("已结束", { exact: true })).toBeVisible();
  await expect(page.locator(".signature-drawn")).toHaveCount(3);
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-visit-done.png", fullPage: true });
  const visit = page.url();

  // the order: a draft, looked at, issued with a number, served
  await page.getByRole("button", { name: "起草文书" }).click();
  await page.getByRole("menuitem", { name: "责令限期整改指令书" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /起\s*草/ }).click();
  await expect(page.getByRole("heading", { name: "责令限期整改指令书" })).toBeVisible();
  await expect(page.getByText("草稿", { exact: true })).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-document-draft.png", fullPage: true });
  await page.getByRole("button", { name: /签\s*发/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /签\s*发/ }).click();
  await expect(page.getByText(/〔\d{4}〕/).first()).toBeVisible();
  await page.getByRole("button", { name: "登记送达" }).click();
  await page.getByLabel("签收人").fill("陈厂长");
  await page.getByRole("dialog").getByRole("button", { name: /登\s*记/ }).click();
  await expect(page.getByText(/直接送达，陈厂长 签收/)).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/phone-document.png", fullPage: true });
  const order = page.url();

  // a decision that the deed does not cover is refused, and why is said
  await page.goto(visit);
  await page.getByRole("button", { name: "起草文书" }).click();
  await page.getByRole("menuitem", { name: "现场处理措施决定书" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /起\s*草/ }).click();
  await expect(page.getByRole("heading", { name: "现场处理措施决定书" })).toBeVisible();
  await page.getByRole("button", { name: /签\s*发/ }).click();
  await expect(page.getByRole("dialog").getByRole("button", { name: /签\s*发/ })).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: /签\s*发/ }).click();
  await expect(page.getByRole("dialog").getByText(/请填写“/).first()).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: /取\s*消/ }).click();
  for (const field of await page.locator(".document-form").getByRole("textbox").all()) if ((await field.inputValue()) === "") await field.fill("停止使用");
  await page.getByRole("button", { name: "保存草稿" }).click();
  await expect(page.getByText("已保存。")).toBeVisible();
  await page.getByRole("button", { name: /签\s*发/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /签\s*发/ }).click();
  await expect(page.getByText(/没有委托签发《现场处理措施决定书》/)).toBeVisible();
  await page.screenshot({ path: "shots/phone-refused.png" });
  await page.goto(order);

  // the recheck: another visit, an opinion about the order, and the danger is closed
  await page.getByRole("link", { name: "开始复查" }).click();
  await page.getByRole("button", { name: /^开\s*始$/ }).click();
  await expect(page.getByText(/已查 0 \//)).toBeVisible();
  for (const at of [0, 1]) await sign(page, at);
  await page.getByText("被检查单位拒绝签名").click();
  await page.getByLabel("拒绝签名的情况").fill("现场负责人外出，由门卫林某见证");
  await page.getByRole("button", { name: "签名完毕，结束检查" }).click();
  await expect(page.getByText("已结束", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "起草整改复查意见书" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /起\s*草/ }).click();
  await page.getByText("已整改", { exact: true }).click();
  await page.getByLabel("第 1 项复查情况").fill("安全出口已开启，门锁已拆除");
  await page.getByRole("button", { name: "保存草稿" }).click();
  await expect(page.getByText("已保存。")).toBeVisible();
  await page.screenshot({ path: "shots/phone-recheck.png", fullPage: true });
  await page.getByRole("button", { name: /签\s*发/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /签\s*发/ }).click();
  await expect(page.getByText("已签发", { exact: true })).toBeVisible();
  await page.goto(visit);
  await page.getByRole("link", { name: "查看整改情况" }).click();
  await expect(page.getByText(/已销号|已闭环|销号/).first()).toBeVisible();

  // the register at the county, on a desktop
  const desk = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const county = await desk.newPage();
  await enter(county, "county-officer");
  await county.goto(`${system.url}/enforcement-documents`);
  await expect(county.getByRole("link", { name: "责令限期整改指令书" })).toBeVisible();
  await fitsItsScreen(county);
  await county.screenshot({ path: "shots/documents.png" });
  await county.goto(order);
  await expect(county.getByRole("heading", { name: "责令限期整改指令书" })).toBeVisible();
  await county.screenshot({ path: "shots/document.png", fullPage: true });
  await county.goto(visit);
  await expect(county.locator(".signature-drawn")).toHaveCount(3);
  await county.screenshot({ path: "shots/visit.png", fullPage: true });
  // the visits of that enterprise: the first and the recheck
  const firm = (await county.locator("a[href^='/enterprises/4405/']").first().getAttribute("href"))?.split("/").at(-1) ?? "";
  await county.goto(`${system.url}/visits?enterprise=${firm}&state=finished`);
  await expect(county.locator(`tbody a[href='/enterprises/4405/${firm}']`).first()).toBeVisible();
  expect(await county.locator("tbody tr.ant-table-row").count()).toBeGreaterThanOrEqual(2);
  await county.screenshot({ path: "shots/visits.png" });
  await desk.close();
  await context.close();
});

test("a town sees its cards and deeds and cannot enter them; the administrator enters one", async ({ browser, page }) => {
  await enter(page, "town-officer");
  await page.goto(`${system.url}/officer-cards`);
  await expect(page.locator("tbody tr.ant-table-row").first()).toBeVisible();
  await page.screenshot({ path: "shots/officer-cards.png" });
  await page.getByRole("tab", { name: "委托执法书" }).click();
  await expect(page.getByText("责令限期整改指令书").first()).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/delegation-deeds.png" });
  await expect(page.getByRole("button", { name: "登记委托执法书" })).toHaveCount(0);

  const desk = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const admin = await desk.newPage();
  await enter(admin, "city-system");
  await admin.goto(`${system.url}/officer-cards`);
  await admin.getByRole("button", { name: "登记执法证" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("所在机关").fill("鸥汀街道应急");
  await admin.locator(".ant-select-item-option", { hasText: "鸥汀街道应急管理办公室" }).click();
  await dialog.getByLabel("姓名").fill("新执法");
  await dialog.getByLabel("证号").fill("粤D990001");
  for (const [label, on] of [["起始日期", "2026-01-01"], ["终止日期", "2031-12-31"]] as const) {
    await dialog.getByLabel(label).fill(on);
    await dialog.getByLabel(label).press("Enter");
  }
  await dialog.getByRole("button", { name: /登\s*记/ }).click();
  await expect(dialog).toBeHidden();
  await expect(admin.getByRole("row", { name: /新执法/ })).toContainText("鸥汀街道应急管理办公室");
  await admin.screenshot({ path: "shots/officer-cards-admin.png" });
  await page.reload();
  await page.getByRole("tab", { name: "执法证", exact: true }).click();
  await expect(page.getByText("粤D990001")).toBeVisible();
  await desk.close();
});
