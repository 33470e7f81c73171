/** A major danger from the task that found it to its end, with its papers. */
import { type Page, expect } from "@playwright/test";

import { phone } from "./outdoors";
import { printed } from "./papers";
import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

const fine = (page: Page) => page.getByRole("dialog").getByRole("button", { name: /^确\s*定$/ });
/** That many days from now. */
const ahead = (days: number) => new Date(Date.now() + days * 86_400_000).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
const setDay = async (page: Page, label: string, days: number) => {
  await page.getByLabel(label).fill(ahead(days));
  await page.getByLabel(label).press("Enter");
};

test("a self-check finds a major danger; the enterprise plans, the county lists it, lets it have more time and releases it, and its papers are printed", async ({ browser }) => {
  test.slow();
  const people: Page[] = [];
  const at = async (login: string, small: boolean) => {
    const context = small ? await phone(browser) : await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
    const page = await context.newPage();
    await signIn(page, system, login, system.password(login));
    people.push(page);
    return page;
  };
  const office = await at("county-officer", false);
  const leader = await at("county-leader", false);
  const town = await at("town-officer", true);
  const firm = await at("enterprise", true);

  // the county sets the task
  await office.goto(`${system.url}/self-check-tasks`);
  await office.getByRole("button", { name: "布置自查任务" }).click();
  await office.getByRole("dialog").getByLabel("任务名称").fill("节前停产检修自查");
  await office.getByRole("dialog").getByRole("button", { name: /布\s*置/ }).click();
  await expect(office.getByRole("link", { name: "节前停产检修自查" })).toBeVisible();

  // the enterprise checks itself on the phone
  await firm.goto(`${system.url}/self-checks`);
  await firm.locator(".self-check-due", { hasText: "节前停产检修自查" }).getByRole("button", { name: "开始自查" }).click();
  await expect(firm.getByText(/已查 0 \//)).toBeVisible();
  const items = firm.locator(".checklist-item");
  const number = await items.count();
  for (let item = 0; item < number; item += 1) await items.nth(item).getByText(item === 0 ? "不符合" : "符合", { exact: true }).click();
  await expect(firm.getByText(new RegExp(`已查 ${number} / ${number} 项\\s*已保存。`))).toBeVisible();
  await firm.getByLabel("哪里不符合").fill("粉尘收集系统停用，车间积尘严重");
  await firm.getByRole("textbox", { name: "部位" }).fill("打磨车间");
  await setDay(firm, "什么时候改好", 20);
  await firm.getByText("须停产停业整改").click();
  await firm.getByRole("button", { name: "提交自查" }).click();
  await expect(firm.getByText("已提交，登记了 1 条隐患。")).toBeVisible();
  await firm.getByRole("link", { name: /第 1 条/ }).click();
  await expect(firm).toHaveURL(/\/dangers\/4405\//);
  await expect(firm.getByText("重大隐患").first()).toBeVisible();
  const danger = firm.url();

  // the five guarantees
  await firm.getByRole("button", { name: "填报治理方案" }).click();
  await firm.getByLabel("责任：责任人").fill("陈厂长");
  await firm.getByLabel("措施：治理目标和措施").fill("修复除尘系统，清扫积尘");
  await firm.getByLabel("资金：计划投入（元）").fill("80000");
  await setDay(firm, "时限：计划完成", 18);
  await firm.getByLabel("预案：治理期间的防范和应急措施").fill("打磨车间停产，断电挂牌");
  await fine(firm).click();
  await expect(firm.getByText("修复除尘系统，清扫积尘").first()).toBeVisible();
  await printed(firm, firm.getByRole("link", { name: "治理方案表 PDF" }), "重大事故隐患治理方案表", "陈厂长", "修复除尘系统，清扫积尘", "80,000.00元", "打磨车间停产，断电挂牌", "局部停产停业");
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/story-danger-plan-phone.png", fullPage: true });

  // the county lists it and serves the notice
  await leader.goto(danger);
  await leader.getByRole("button", { name: "挂牌督办" }).click();
  await leader.getByLabel("督办级别").click();
  await leader.locator(".ant-select-item-option", { hasText: "区县" }).click();
  await expect(leader.getByRole("dialog").getByTitle("区县", { exact: true })).toBeVisible();
  await setDay(leader, "督办期限", 40);
  await leader.getByLabel("原因").fill("粉尘爆炸风险");
  await fine(leader).click();
  const numbered = leader.getByText(/应急督办〔\d+〕\d+号/).first();
  await expect(numbered).toBeVisible();
  const notice = /.{0,8}应急督办〔\d+〕\d+号/.exec((await numbered.textContent()) ?? "")?.[0] ?? "";
  await leader.getByRole("button", { name: "登记督办通知送达" }).click();
  await leader.getByLabel("签收人").fill("陈厂长");
  await fine(leader).click();
  await expect(leader.getByText(/直接送达 陈厂长 签收/)).toBeVisible();
  await printed(leader, leader.getByRole("link", { name: "督办通知书 PDF", exact: true }), "挂牌督办", notice.slice(-8), "粉尘收集系统停用");

  // the enterprise reads it, and asks for more time; the county grants it
  await firm.reload();
  await printed(firm, firm.getByRole("link", { name: "督办通知书 PDF", exact: true }), "挂牌督办", notice.slice(-8));
  await firm.getByRole("button", { name: "申请延期" }).click();
  await setDay(firm, "申请延期到", 55);
  await firm.getByLabel("原因").fill("除尘器到货推迟");
  await fine(firm).click();
  await expect(firm.getByText("延期待审批").first()).toBeVisible();
  await office.goto(danger);
  await office.getByRole("button", { name: "同意延期", exact: true }).click();
  await expect(office.getByLabel("同意延期到")).toHaveValue(ahead(55));
  await fine(office).click();
  await expect(office.getByText("整改中").first()).toBeVisible();
  await expect(office.getByText(ahead(55)).first()).toBeVisible();
  await printed(office, office.getByRole("link", { name: "延期整改答复书 PDF" }), "重大事故隐患延期整改答复书", "理由：除尘器到货推迟", "同意延期");

  // another department is told
  await office.getByRole("button", { name: "抄告其他部门" }).click();
  await office.getByLabel("抄告的部门").fill("区消防救援大队");
  await office.getByLabel("抄告内容").fill("除尘系统停用，车间积尘，请依职责查处。");
  await fine(office).click();
  await office.getByRole("link", { name: "区消防救援大队" }).click();
  await printed(office, office.getByRole("link", { name: "抄告函 PDF" }), "事故隐患抄告函", "区消防救援大队：", "除尘系统停用，车间积尘，请依职责查处");

  // mended, accepted by the town on the phone, released by the county
  await firm.reload();
  await firm.getByRole("button", { name: "报告整改完成" }).click();
  await firm.getByLabel("怎样整改的").fill("除尘系统已恢复，积尘清扫完毕");
  await firm.getByLabel("验收人").fill("李专家");
  await fine(firm).click();
  await expect(firm.getByText("待复查").first()).toBeVisible();
  await printed(firm, firm.getByRole("link", { name: "验收（解除督办）申请表 PDF" }), "重大事故隐患验收（解除督办）申请表", notice.slice(-8), "除尘系统已恢复，积尘清扫完毕", "李专家");
  await town.goto(danger);
  await town.getByRole("button", { name: "复查合格、提请解除督办" }).click();
  await town.getByLabel("复查情况").fill("现场试验正常");
  await fine(town).click();
  await expect(town.getByText("待解除督办").first()).toBeVisible();
  await fitsItsScreen(town);
  await leader.goto(danger);
  await leader.getByRole("button", { name: "解除挂牌督办、销号" }).click();
  await leader.getByLabel("验收结论").fill("验收合格");
  await fine(leader).click();
  await expect(leader.getByText("已销号").first()).toBeVisible();
  await printed(leader, leader.getByRole("link", { name: "督办通知书 PDF", exact: true }), notice.slice(-8));
  await printed(leader, leader.getByRole("link", { name: "解除督办通知书 PDF" }), "重大事故隐患解除挂牌督办通知书", notice.slice(-8), "现场试验正常", "验收合格", "予以销号");
  await fitsItsScreen(leader);
  await leader.screenshot({ path: "shots/story-danger-closed.png", fullPage: true });
  await firm.reload();
  await expect(firm.getByText("已销号").first()).toBeVisible();
  for (const page of people) await page.context().close();
});
