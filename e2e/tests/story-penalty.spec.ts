/** From the yearly plan over a visit without a network to a penalty that was served, with every paper. How a plan is drawn is a story of its own. */
import { execFileSync } from "node:child_process";

import { type Page, expect } from "@playwright/test";

import { chooseOfficers, fillVisit, openDevice, phone, picture, prepared, reborn, sendAll, signOfficers, signVisit } from "./outdoors";
import { printed } from "./papers";
import { charge, draft } from "./penalties";
import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

const CAUSE = "未按照规定对从业人员进行安全生产教育和培训";
/** Days go by for an order and what it ordered: nothing but time makes something overdue. */
function wait(days: number): void {
  const script = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=30)
back = "-%s days" % sys.argv[2]
for text in (
    "update enforcement_document set due_on = date(due_on, ?), issued_on = date(issued_on, ?), served_on = date(served_on, ?) where form = 'correction_order' and state = 'issued'",
    "update case_header set due_on = date(due_on, ?), term_on = date(term_on, ?), opened_on = date(opened_on, ?) where kind = 'danger' and title like '5 名新员工%'",
):
    assert db.execute(text, (back,) * 3).rowcount > 0, text
db.commit()
`;
  execFileSync("python3", ["-c", script, system.database, String(days)]);
}
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });

/** Opens a paper of a penalty from its page and reads it; answers its number. */
async function read(page: Page, name: string, ...says: string[]): Promise<void> {
  await page.locator(".document-line", { hasText: name }).first().locator("a").click();
  const dialog = page.getByRole("dialog", { name });
  await printed(page, dialog.getByRole("link", { name: "打印（PDF）" }), name, ...says);
  await dialog.locator(".ant-modal-close").click();
  await expect(dialog).toBeHidden();
}

/** Drafts a paper, issues it and reads it. */
async function issue(page: Page, name: string, more: () => Promise<void> = async () => undefined): Promise<void> {
  await draft(page, name);
  await page.getByRole("dialog", { name }).getByRole("button", { name: /^签\s*发$/ }).click();
  const last = page.getByRole("dialog", { name: `签发${name}` });
  await expect(last).toBeVisible();
  await more();
  await last.getByRole("button", { name: /^签\s*发$/ }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await read(page, name);
}

test("a planned visit without a network ends in an order that is not kept; the recheck says so, and the penalty goes its way to the receipt of its service", async ({ browser }) => {
  test.setTimeout(600_000);
  const desk = async (login: string) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
    const page = await context.newPage();
    await signIn(page, system, login, system.password(login));
    return page;
  };
  const own = await phone(browser);
  const firm = await own.newPage();
  await signIn(firm, system, "enterprise", system.password("enterprise"));
  await expect(firm.getByText(/^必须 \d+ 栏，已有 \d+/)).toBeVisible();
  const name = ((await firm.locator("h1").textContent()) ?? "").trim();
  const id = new URL(firm.url()).pathname.split("/").at(-1) ?? "";

  // the plan: its office means to inspect this enterprise, too
  const planner = await desk("town-officer");
  await planner.goto(`${system.url}/inspection-plans`);
  await planner.getByRole("link", { name: /监督检查计划$/ }).first().click();
  await planner.getByRole("button", { name: "增加企业" }).click();
  const more = planner.getByRole("dialog");
  await more.getByRole("combobox", { name: "企业" }).fill(name);
  await planner.locator(".ant-select-item-option", { hasText: name }).first().click();
  await more.getByLabel("增加的原因").fill("群众举报");
  await more.getByRole("button", { name: /增\s*加/ }).click();
  await expect(planner.getByText("已增加。")).toBeVisible();

  // the visit: no network, a photo, signatures; the order waits for its number
  const context = await phone(browser);
  let page = await context.newPage();
  await prepared(page, system);
  await context.setOffline(true);
  page = await reborn(context, page, system);
  await openDevice(page);
  await page.locator(".field-row", { hasText: name }).first().click();
  await page.getByRole("button", { name: "现场检查" }).click();
  await fillVisit(page, "5 名新员工未经安全培训上岗作业", await picture(page));
  await signVisit(page, "现场负责人拒绝签名，社区干部在场见证");
  await expect(page.getByText(/已存在设备上，关掉也不会丢。/)).toBeVisible();
  await page.getByRole("button", { name: "签名完毕，保存到设备" }).click();
  await expect(page.getByRole("tab", { name: "待同步 3" })).toBeVisible();
  await context.setOffline(false);
  await sendAll(page);
  await expect(page.getByText(/^文号：.+〔\d{4}〕/)).toHaveCount(2);

  await planner.goto(`${system.url}/inspection-targets?enterprise=${id}&state=done`);
  await expect(planner.getByRole("row", { name: /已检查/ }).first()).toBeVisible();
  await planner.close();

  // both papers, and the order is served
  const open = async (form: string) => {
    await page.goto(`${system.url}/enforcement-documents?enterprise=${id}&state=issued`);
    await page.locator(".case-card", { hasText: form }).first().click();
    await expect(page.getByRole("heading", { name: form })).toBeVisible();
    return ((await page.locator(".panel b", { hasText: /〔\d{4}〕/ }).first().textContent()) ?? "").trim();
  };
  const serve = async () => {
    await page.getByRole("button", { name: "登记送达" }).click();
    await page.getByLabel("签收人").fill("陈厂长");
    await page.getByRole("dialog").getByRole("button", { name: /登\s*记/ }).click();
    await expect(page.getByText(/直接送达，陈厂长 签收/)).toBeVisible();
  };
  const record = await open("现场检查记录");
  await printed(page, page.getByRole("link", { name: "打印（PDF）" }), record, name, "现场负责人拒绝签名");
  const number = await open("责令限期整改指令书");
  await printed(page, page.getByRole("link", { name: "打印（PDF）" }), number, name, "5 名新员工未经安全培训上岗作业", "受龙湖区应急管理局委托执法");
  await serve();
  await fitsItsScreen(page);
  const order = page.url();

  // the enterprise finds it in its inbox, reads it and prints it; then it waits no more
  await firm.goto(`${system.url}/inbox`);
  await firm.getByRole("link", { name: new RegExp(`责令限期整改指令书 .*${number.slice(-8)}`) }).click();
  await expect(firm.getByRole("heading", { name: "责令限期整改指令书" })).toBeVisible();
  await expect(firm.getByText(/5 名新员工未经安全培训上岗作业/)).toBeVisible();
  await printed(firm, firm.getByRole("link", { name: "打印（PDF）" }), number);
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/story-served-phone.png", fullPage: true });
  await firm.goto(`${system.url}/inbox`);
  await expect(firm.getByRole("heading", { name: "待办" })).toBeVisible();
  await expect(firm.getByText("新送达的文书，请查看")).toHaveCount(0);
  await firm.goto(`${system.url}/served-documents`);
  await expect(firm.getByText("已查看")).toBeVisible();
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/story-served-list-phone.png", fullPage: true });

  // the term passes and nothing was done
  wait(10);
  await page.goto(`${system.url}/inbox`);
  await expect(page.getByRole("link", { name: /本辖区逾期未办结的事项/ })).toBeVisible();
  await firm.goto(`${system.url}/inbox`);
  await firm.getByRole("link", { name: /5 名新员工未经安全培训上岗作业/ }).first().click();
  await expect(firm.getByText(/逾期 3 天/).first()).toBeVisible();

  // the recheck says so
  await page.goto(order);
  await page.getByRole("link", { name: "开始复查" }).click();
  await chooseOfficers(page);
  await page.getByRole("button", { name: /^开\s*始$/ }).click();
  await expect(page.getByText(/已查 0 \//)).toBeVisible();
  await signOfficers(page);
  await page.getByText("被检查单位拒绝签名").click();
  await page.getByLabel("拒绝签名的情况").fill("现场负责人拒绝签名，社区干部在场见证");
  await page.getByRole("button", { name: "签名完毕，结束检查" }).click();
  await expect(page.getByText("已结束", { exact: true })).toBeVisible();
  const visit = page.url();
  await page.getByRole("button", { name: "起草整改复查意见书" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /起\s*草/ }).click();
  await page.getByText("未整改到位", { exact: true }).click();
  await page.getByLabel("第 1 项复查情况").fill("5 名员工仍未培训");
  await page.getByLabel("新的整改期限").fill(day(5));
  await page.getByLabel("新的整改期限").press("Enter");
  await page.getByRole("button", { name: "保存草稿" }).click();
  await expect(page.getByText("已保存。")).toBeVisible();
  await page.getByRole("button", { name: /签\s*发/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /签\s*发/ }).click();
  await expect(page.getByText("已签发", { exact: true })).toBeVisible();
  await printed(page, page.getByRole("link", { name: "打印（PDF）" }), "整改复查意见书", number, "未整改到位", "5 名员工仍未培训");
  await serve();

  // the county opens the case; each step by its paper
  const office = await desk("county-officer");
  const leader = await desk("county-leader");
  await office.goto(visit);
  await office.getByRole("link", { name: "行政处罚立案" }).click();
  await charge(office, { procedure: "普通程序", cause: CAUSE, fine: "150000", stage: "逾期未改正", circumstance: "一般", facts: "5 名新员工未经安全培训上岗作业，责令限期改正后逾期未改正。" });
  await expect(office).toHaveURL(/\/penalties\/4405\//);
  const penalty = office.url();
  const approve = async (form: string) => {
    await draft(office, form);
    await leader.goto(penalty);
    await leader.locator(".document-line", { hasText: form }).first().locator("a").click();
    await leader.getByRole("dialog", { name: form }).getByRole("button", { name: "审批同意" }).click();
    await leader.getByRole("dialog", { name: `审批同意${form}` }).getByRole("button", { name: "审批同意" }).click();
    await expect(leader.getByRole("dialog")).toHaveCount(0);
    await read(leader, form, "审批人（签名）");
    await office.goto(penalty);
  };
  await approve("立案审批表");
  await expect(office.getByText("调查取证").first()).toBeVisible();
  await issue(office, "询问笔录");
  await issue(office, "案件调查报告");
  await issue(office, "行政处罚集体讨论记录");
  await issue(office, "行政处罚听证告知书");
  await office.locator(".document-line", { hasText: "行政处罚听证告知书" }).locator("a").click();
  await office.getByRole("button", { name: "登记送达" }).click();
  await office.getByLabel("送达方式、地点和收件人").fill("直接送达，陈厂长签收");
  await office.getByRole("dialog", { name: "登记送达" }).getByRole("button", { name: /登\s*记/ }).click();
  await expect(office.getByText("已登记送达。")).toBeVisible();
  await office.goto(penalty);
  await expect(office.getByText("陈述申辩期").first()).toBeVisible();
  // the enterprise reads it as soon as it was served
  await firm.goto(`${system.url}/served-documents`);
  await firm.locator(".case-card", { hasText: "行政处罚听证告知书" }).click();
  await printed(firm, firm.getByRole("link", { name: "打印（PDF）" }), "要求举行听证");
  await office.getByRole("button", { name: "放弃陈述申辩和听证" }).click();
  await office.getByRole("dialog").getByRole("button", { name: /确\s*定/ }).click();
  await expect(office.getByText("待呈批").first()).toBeVisible();
  await approve("案件处理呈批表");
  await expect(office.getByText("待作出决定").first()).toBeVisible();
  await issue(office, "行政处罚决定书（单位）");
  await read(office, "行政处罚决定书（单位）", "壹拾伍万元整", name);
  await issue(office, "文书送达回执", async () => {
    await office.getByLabel("送达方式、地点和收件人").fill("直接送达，陈厂长签收");
  });
  await expect(office.getByText("待履行结案").first()).toBeVisible();
  await fitsItsScreen(office);
  await office.screenshot({ path: "shots/story-penalty.png", fullPage: true });

  // what the enterprise has in the end: what was addressed to it, and no paper of the agency
  await firm.goto(`${system.url}/served-documents`);
  for (const form of ["责令限期整改指令书", "整改复查意见书", "行政处罚听证告知书", "行政处罚决定书（单位）", "文书送达回执"]) await expect(firm.locator(".case-card", { hasText: form })).toHaveCount(1);
  for (const form of ["呈批", "审批", "讨论", "调查报告", "笔录"]) await expect(firm.locator(".case-card", { hasText: form })).toHaveCount(0);
  await firm.locator(".case-card", { hasText: "行政处罚决定书" }).click();
  await printed(firm, firm.getByRole("link", { name: "打印（PDF）" }), "壹拾伍万元整");

  // the registers are taken out as they stand
  await office.goto(`${system.url}/penalties`);
  await office.getByRole("button", { name: /导\s*出/ }).click();
  const arrives = office.waitForEvent("download");
  await office.getByRole("button", { name: "开始导出" }).click();
  expect((await arrives).suggestedFilename()).toMatch(/^行政处罚台账-.*\.xlsx$/);
  await office.screenshot({ path: "shots/story-export.png" });
  for (const one of [own, context, office.context(), leader.context()]) await one.close();
});
