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

async function openRecord(page: Page, filter: string, at = 0): Promise<string> {
  await page.goto(`${system.url}/enterprises?sort=name&${filter}`);
  await page.locator(".ant-table-row a").nth(at).click();
  await expect(page.getByText("档案内容")).toBeVisible();
  return (await page.locator("h1").textContent()) ?? "";
}

test("a status is changed with its day and its reason, and the list follows", async ({ page }) => {
  await enter(page, "town-officer");
  const name = await openRecord(page, "status=normal");
  await page.getByRole("button", { name: "变更状态" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("停业", { exact: true }).click();
  await dialog.getByText("厂房已清空").click();
  await dialog.getByRole("button", { name: /变\s*更/ }).click();
  await expect(page.getByText("状态已变更。")).toBeVisible();
  await openTab(page.getByRole("tab", { name: "状态变更" }));
  await expect(page.locator(".ant-timeline")).toContainText("厂房已清空");
  await page.goto(`${system.url}/enterprises?status=suspended`);
  await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
});

test("an officer takes enterprises into their own list", async ({ page }) => {
  // nobody has given this one any yet
  await enter(page, "city-officer");
  await page.goto(`${system.url}/enterprises?sort=name`);
  await page.locator(".ant-table-row .ant-checkbox-input").nth(0).check();
  await page.locator(".ant-table-row .ant-checkbox-input").nth(1).check();
  await page.getByRole("button", { name: "监管责任" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("责任监管员").last().click();
  await page.keyboard.type("蔡监管");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: /保\s*存/ }).click();
  await expect(page.getByText("已更新 2 家企业的监管责任。")).toBeVisible();
  await page.getByRole("button", { name: "我的企业" }).click();
  await expect(page.getByText("共 2 家")).toBeVisible();
  await page.screenshot({ path: "shots/mine.png" });
});

test("two records of one enterprise are compared, made one, and given back", async ({ page }) => {
  await enter(page, "town-clerk");
  const name = await openRecord(page, "status=normal", 2);
  await page.goto(`${system.url}/enterprises/new`);
  await page.getByLabel("企业名称").fill(name);
  await page.getByLabel("从业人数").fill("77");
  await page.getByRole("button", { name: /保\s*存/ }).click();
  await page.getByRole("button", { name: "仍然新增" }).click();
  await expect(page.getByText("可能另有一份相同的档案。")).toBeVisible();
  await page.getByRole("link", { name: "核对重复档案" }).click();
  await page.screenshot({ path: "shots/duplicates.png" });
  await page.getByRole("button", { name: "合并…" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("row", { name: /从业人数/ }).getByText("77").click();
  await dialog.getByText("现场核对为同一家").last().click();
  await page.screenshot({ path: "shots/merge.png" });
  await dialog.getByRole("button", { name: /合\s*并/ }).last().click();
  await expect(page.getByText("已并入本档案")).toBeVisible();
  await expect(page.locator(".field").filter({ hasText: "从业人数" })).toContainText("77");
  await page.goto(`${system.url}/duplicates?view=done`);
  await page.getByRole("button", { name: "撤销合并…" }).click();
  await page.getByLabel("撤销原因").fill("核对后是两家");
  await page.getByRole("dialog").getByRole("button", { name: /撤\s*销/ }).last().click();
  await expect(page.getByText("已撤销，两份档案恢复原样。")).toBeVisible();
  await page.getByText("疑似重复", { exact: true }).click();
  await expect(page.getByText("名称相同", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "不是同一家" }).first().click();
  await page.getByRole("tooltip").getByRole("button", { name: "不是同一家" }).click();
  await expect(page.getByText("没有疑似重复的档案。")).toBeVisible();
});

test("a record that covers two premises is made two, and what belongs to the second goes there", async ({ page }) => {
  await enter(page, "town-clerk");
  // the enterprise with monitoring points has a whole archive too
  const firm = await page.evaluate(async () => {
    const [own] = (await (await fetch("/api/monitoring/points?limit=1")).json()).items as { city: string; enterprise: string; code: string }[];
    return own;
  });
  await page.goto(`${system.url}/enterprises/${firm?.city}/${firm?.enterprise}`);
  await page.getByRole("button", { name: /更多$/ }).click();
  await page.getByText("拆分成两份").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("第二处的名称").fill("测试二厂");
  await dialog.getByLabel("第二处的地址").fill("汕头市龙湖区外砂街道测试路2号");
  await dialog.getByLabel("划给第二处的档案记录").click();
  const sections = page.locator(".ant-select-tree-treenode").filter({ has: page.locator(".ant-select-tree-switcher_close") });
  await sections.first().locator(".ant-select-tree-switcher").click();
  await page.locator(".ant-select-tree-checkbox").first().click();
  await page.keyboard.press("Escape");
  await dialog.getByLabel("划给第二处的其他资料").click();
  await page.keyboard.type(`监测点：${firm?.code}`);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await dialog.getByPlaceholder("如：两处厂房分开监管").fill("两处厂房分开监管");
  await page.screenshot({ path: "shots/split.png" });
  await dialog.getByRole("button", { name: /拆\s*分/ }).click();
  await expect(page.locator("h1")).toHaveText("测试二厂");
  await openTab(page.getByRole("tab", { name: "在线监测" }));
  await expect(page.getByText(firm?.code ?? "")).toBeVisible();
  await openTab(page.getByRole("tab", { name: "安全生产档案" }));
  await expect(page.getByRole("button", { name: /^风险特征 1\/1/ })).toBeVisible();

  // it was one premises after all: what was written since is told, then all of it goes back
  await expect(page.getByText("拆分自")).toBeVisible();
  await page.screenshot({ path: "shots/split-from.png" });
  const second = page.url();
  const staff = async (number: string) => {
    await page.goto(second);
    await page.getByRole("button", { name: /修\s*改/ }).click();
    await page.getByLabel("从业人数").fill(number);
    await page.getByRole("button", { name: /保\s*存/ }).click();
    await expect(page.getByRole("button", { name: "变更状态" })).toBeVisible();
  };
  const undo = async () => {
    await page.goto(second);
    await page.getByRole("link", { name: "撤销拆分" }).click();
    await expect(page.getByText("只列出这家企业的记录。")).toBeVisible();
    await page.getByRole("button", { name: "撤销拆分…" }).click();
    await page.getByLabel("撤销原因").fill("核对后是同一处场所");
    await page.screenshot({ path: "shots/split-undo.png" });
    await page.getByRole("dialog").getByRole("button", { name: /撤\s*销/ }).last().click();
  };
  await staff("12");
  await undo();
  await expect(page.getByText(/“测试二厂”的从业人数又修改过/)).toBeVisible();
  await page.screenshot({ path: "shots/split-undo-refused.png" });
  await page.getByRole("button", { name: "改为合并…" }).click();
  await expect(page.getByRole("dialog").getByRole("row", { name: /从业人数/ })).toContainText("12");
  await page.screenshot({ path: "shots/split-merge.png" });
  await page.getByRole("dialog").getByRole("button", { name: /取\s*消/ }).click();
  await staff("");
  await undo();
  await expect(page.getByText("已撤销，两份又合为一份档案。")).toBeVisible();
  await page.screenshot({ path: "shots/split-undone.png" });
  await page.goto(second);
  await expect(page.getByText("这份档案已并入")).toBeVisible();
  await page.screenshot({ path: "shots/split-second.png" });
  await page.goto(`${system.url}/enterprises/${firm?.city}/${firm?.enterprise}`);
  await openTab(page.getByRole("tab", { name: "在线监测" }));
  await expect(page.getByText(firm?.code ?? "").first()).toBeVisible();
  await page.screenshot({ path: "shots/split-first.png" });
});

test("an enterprise is handed over to another county, and the one that sent it sees it no more", async ({ browser }) => {
  const sender = await browser.newPage();
  const receiver = await browser.newPage({ viewport: { width: 390, height: 844 } });
  await enter(sender, "county-clerk");
  const name = await openRecord(sender, "status=normal&region=440507009");
  const record = sender.url();
  await sender.getByRole("button", { name: /更多$/ }).click();
  await sender.getByText("移交到其他地方…").click();
  const dialog = sender.getByRole("dialog");
  await dialog.getByRole("combobox").click();
  await sender.getByRole("menuitemcheckbox", { name: "汕头市" }).click();
  await sender.getByRole("menuitemcheckbox", { name: "金平区" }).click();
  await sender.keyboard.press("Escape");
  await dialog.getByLabel("移交原因").fill("已搬到金平区经营");
  await dialog.getByRole("button", { name: /移\s*交/ }).click();
  await expect(sender.getByText("正在移交给")).toBeVisible();
  await enter(receiver, "city-clerk");
  await receiver.goto(`${system.url}/handovers?direction=within`);
  await expect(receiver.getByText(name)).toBeVisible();
  await fitsItsScreen(receiver);
  await receiver.screenshot({ path: "shots/phone-handover.png" });
  await receiver.locator("section.panel").filter({ hasText: name }).getByRole("button", { name: /接\s*收/ }).click();
  await expect(receiver.getByText("已接收，企业转入本辖区。")).toBeVisible();
  await sender.goto(record);
  await expect(sender.getByText("没有这家企业，或它不在您的管辖范围内")).toBeVisible();
  await sender.goto(`${system.url}/handovers?direction=outgoing&state=accepted`);
  await expect(sender.getByText(name)).toBeVisible();
  await sender.close();
  await receiver.close();
});

test("a market gathers enterprises from the list", async ({ page }) => {
  await enter(page, "town-clerk");
  await page.goto(`${system.url}/enterprises?sort=name`);
  await page.locator(".ant-table-row .ant-checkbox-input").nth(0).check();
  await page.getByRole("button", { name: "加入市场、园区" }).click();
  await page.getByRole("button", { name: "新增…" }).click();
  await page.getByLabel("名称", { exact: true }).fill("鸥汀测试市场");
  await page.getByRole("dialog").last().getByRole("button", { name: /保\s*存/ }).click();
  await expect(page.getByText("1 家企业已加入。")).toBeVisible();
  await page.getByRole("link", { name: "市场园区" }).click();
  await page.getByRole("link", { name: "鸥汀测试市场" }).click();
  await expect(page.getByText("共 1 家")).toBeVisible();
  await expect(page.getByText("集群：鸥汀测试市场")).toBeVisible();
});

test("a doubtful row of a list is decided in its preview", async ({ page }) => {
  await enter(page, "town-clerk");
  const name = await openRecord(page, "status=normal", 4);
  await page.goto(`${system.url}/enterprises/new`);
  await page.getByLabel("企业名称").fill("鸥汀测试小店");
  await page.getByRole("button", { name: /保\s*存/ }).click();
  await expect(page.getByText("档案内容")).toBeVisible();
  await page.goto(`${system.url}/imports`);
  const text = `企业名称,注册地址,从业人数\n鸥汀测试小店,汕头市龙湖区鸥汀街道测试路9号,9\n${name},汕头市龙湖区鸥汀街道测试路8号,8\n`;
  await page.locator("input[type=file]").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await openTab(page.getByRole("tab", { name: /疑似重复/ }));
  await page.getByText("同一家，更新").nth(1).click();
  await expect(page.getByText("谢文员 已处理").first()).toBeVisible();
  await page.screenshot({ path: "shots/doubts.png" });
});

test("the new pages fit a phone", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  const page = await context.newPage();
  await enter(page, "city-clerk");
  for (const path of ["/handovers", "/duplicates", "/duplicates?view=done", "/clusters"]) {
    await page.goto(`${system.url}${path}`);
    await expect(page.locator(".content h1")).toBeVisible();
    await page.waitForLoadState("networkidle");
    await fitsItsScreen(page);
  }
  await context.close();
});
