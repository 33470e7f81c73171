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

/** Sends readings as a gateway does: a program with a token, no browser. Answers what became of them. */
async function send(token: string, readings: { point: string; at: string; value: unknown }[]): Promise<Record<string, number>> {
  const answer = await fetch(`${system.url}/api/monitoring/readings`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ readings }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, number>;
}

const now = (back = 0) => new Date(Date.now() - back * 1000).toISOString();

test("a gateway sends readings that appear by themselves, an alarm rises, the officer takes notice and deals with it", async ({ browser, page }) => {
  // the enterprise enters a point on the phone and makes a token that does nothing but send readings
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const firm = await context.newPage();
  await enter(firm, "enterprise");
  await firm.goto(`${system.url}/monitoring`);
  await expect(firm.getByRole("status").getByText("实时更新中")).toBeVisible();
  await expect(firm.getByText("GT-201")).toBeVisible();
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/phone-monitoring.png", fullPage: true });
  await firm.getByRole("link", { name: "登记监测点" }).click();
  await firm.getByLabel("位号").fill("TI-900");
  await firm.getByLabel("监测点名称").fill("反应釜温度");
  await firm.getByLabel("高限（一级）").fill("60");
  await firm.getByLabel("高高限（二级）").fill("80");
  await firm.getByLabel("报警延时（秒）").fill("0");
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/phone-monitor-point-new.png", fullPage: true });
  await firm.getByRole("button", { name: /保\s*存/ }).click();
  await expect(firm.getByRole("heading", { name: /TI-900/ })).toBeVisible();
  await expect(firm.getByText("还没有收到数据")).toBeVisible();
  const point = firm.url();
  await firm.getByRole("link", { name: /公司|厂|店|行|部/ }).first().click();
  await openTab(firm.getByRole("tab", { name: "在线监测" }));
  await firm.getByRole("button", { name: "新建网关令牌" }).click();
  const token = (await firm.getByRole("dialog").locator("code").textContent()) ?? "";
  expect(token).not.toBe("");

  // the officer watches the live page; nobody loads it anew
  await enter(page, "town-officer");
  await page.goto(`${system.url}/monitoring`);
  await expect(page.getByRole("status").getByText("实时更新中")).toBeVisible();
  const row = page.getByRole("row", { name: /TI-900/ });
  await expect(row.getByText("尚无数据")).toBeVisible();
  expect((await send(token, [{ point: "TI-900", at: now(20), value: 41.5 }])).taken).toBe(1);
  await expect(row.getByText("41.5 ℃")).toBeVisible();
  await expect(row.getByText("正常")).toBeVisible();

  // what cannot be true is refused and counted with its reason
  const told = await send(token, [{ point: "TI-900", at: now(15), value: "断线" }, { point: "TI-901", at: now(15), value: 1 }]);
  expect([told.taken, told.absurd, told.unknown]).toEqual([0, 1, 1]);

  // beyond the limit: an alarm
  expect((await send(token, [{ point: "TI-900", at: now(10), value: 66.5 }])).alarms).toBe(1);
  await expect(row.getByText("一级报警")).toBeVisible();
  const alarms = page.getByRole("region", { name: "当前报警" });
  await expect(alarms.getByRole("link", { name: /TI-900/ })).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/monitoring.png", fullPage: true });

  await row.getByRole("link", { name: "TI-900" }).click();
  await page.getByText("1 小时", { exact: true }).click();
  await expect(page.getByRole("img", { name: /监测曲线：2 个点/ })).toBeVisible();
  await expect(page.getByText("数值或时间无法识别，或超出量程")).toBeVisible();
  await page.screenshot({ path: "shots/monitor-point.png", fullPage: true });
  await page.getByRole("button", { name: "去确认报警" }).click();
  await page.getByRole("button", { name: "确认报警", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: /确\s*定/ }).click();
  await expect(page.getByText("处置中").first()).toBeVisible();
  // not before the value is back
  await expect(page.getByText("监测值恢复正常后")).toBeVisible();
  await expect(page.getByRole("button", { name: "处置办结" })).toBeHidden();
  await send(token, [{ point: "TI-900", at: now(), value: 40 }]);
  await page.getByRole("button", { name: "处置办结" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("报警原因").fill("冷却水阀未全开");
  await dialog.getByLabel("处置措施").fill("已开阀降温并加锁挂牌");
  await dialog.getByRole("button", { name: /确\s*定/ }).click();
  await expect(page.getByText("已办结").first()).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/alarm.png", fullPage: true });
  const alarm = page.url();

  // what lies behind it is a danger, entered from the alarm and found from either side
  await page.getByRole("button", { name: "登记为隐患" }).click();
  await expect(page.getByText("监测报警", { exact: true }).first()).toBeVisible();
  await expect(page.getByLabel("隐患部位")).toHaveValue("TI-900 反应釜温度");
  await expect(page.getByLabel("隐患内容")).toHaveValue(/高于限值 60 ℃，最严重时 66.5 ℃/);
  await page.getByRole("button", { name: "7 天", exact: true }).click();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/alarm-danger-new.png", fullPage: true });
  await page.getByRole("button", { name: /登\s*记$/ }).click();
  await expect(page).toHaveURL(/\/dangers\/4405\//);
  await page.getByRole("link", { name: /TI-900/ }).click();
  await expect(page).toHaveURL(alarm);
  await expect(page.getByRole("heading", { name: "由此登记的隐患" })).toBeVisible();
  await page.goto(`${system.url}/monitoring/alarms?life=closed`);
  await expect(page.getByRole("link", { name: /TI-900/ })).toBeVisible();
  await page.screenshot({ path: "shots/alarms.png", fullPage: true });

  // the enterprise sees the same on the phone, and what was not taken
  await firm.goto(alarm);
  await expect(firm.getByText("冷却水阀未全开")).toBeVisible();
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/phone-alarm.png", fullPage: true });
  await firm.goto(point);
  await expect(firm.getByText("40 ℃").first()).toBeVisible();
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/phone-monitor-point.png", fullPage: true });
  await context.close();
});

test("the line is said to be cut and goes on by itself; points and alarms outside one's area do not exist", async ({ browser, page }) => {
  await enter(page, "county-officer");
  await page.goto(`${system.url}/monitoring`);
  await expect(page.getByRole("status").getByText("实时更新中")).toBeVisible();
  await expect(page.getByRole("region", { name: "各地在线情况" }).getByRole("link").first()).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/monitoring-county.png", fullPage: true });
  const links = page.getByRole("link", { name: "GT-201" });
  await expect(links).toHaveCount(2);
  const points = await links.evaluateAll((all) => all.map((own) => own.getAttribute("href") ?? ""));

  // from here on every line is refused, until it is not
  await page.context().route("**/api/monitoring/events*", (route) => route.abort());
  await page.getByRole("button", { name: /正常/ }).click();
  await expect(page.getByRole("status").getByText("连接中断")).toBeVisible();
  await expect(page.getByRole("row", { name: /GT-201/ }).first()).toBeVisible();
  await page.screenshot({ path: "shots/monitoring-cut.png" });
  await page.context().unroute("**/api/monitoring/events*");
  await expect(page.getByRole("status").getByText("实时更新中")).toBeVisible();

  // two enterprises have a point of that number; each sees its own
  const context = await browser.newContext({ locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const firm = await context.newPage();
  await enter(firm, "enterprise");
  const said: string[] = [];
  for (const point of points) {
    await firm.goto(`${system.url}${point}`);
    const heading = firm.getByRole("heading", { name: /GT-201/ }).or(firm.getByText("没有这个监测点"));
    await expect(heading).toBeVisible();
    said.push((await heading.textContent()) ?? "");
  }
  expect(said.filter((own) => own.includes("没有这个监测点"))).toHaveLength(1);
  await context.close();
});
