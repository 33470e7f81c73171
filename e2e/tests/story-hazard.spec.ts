/** A major hazard source from its identification to the end of its filing, and an alarm of it from the gateway to its end. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { type Page, expect } from "@playwright/test";

import { phone } from "./outdoors";
import { type System, fitsItsScreen, openTab, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

/** Almost three years go by for what is called so. The program has no clock to be set, so its days are set back. */
function almostThreeYears(database: string, name: string): void {
  const script = `
import datetime, sqlite3, sys
db, back = sqlite3.connect(sys.argv[1]), datetime.timedelta(days=1050)
earlier = lambda day: day and str(datetime.date.fromisoformat(day) - back)
db.create_function("earlier", 1, earlier)
sql = "update hazard_source set assessed_on = earlier(assessed_on), review_on = earlier(review_on), filed_on = earlier(filed_on), filed_until = earlier(filed_until) where name = ?"
assert db.execute(sql, (sys.argv[2],)).rowcount == 1
db.commit()
`;
  execFileSync("python3", ["-c", script, database, name]);
}

/** Readings as a gateway sends them: a program with a token, no browser. */
async function send(token: string, value: number, back: number): Promise<Record<string, number>> {
  const at = new Date(Date.now() - back * 1000).toISOString();
  const answer = await fetch(`${system.url}/api/monitoring/readings`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ readings: [{ point: "AT-701", at, value }] }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, number>;
}

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
const fine = (page: Page) => page.getByRole("dialog").getByRole("button", { name: /确\s*定/ });

test("a source is identified with every step of R, filed and numbered, its alarm is dealt with, and its end is announced in good time", async ({ browser }) => {
  test.slow();
  const small = await phone(browser);
  const firm = await small.newPage();
  const desk = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const county = await desk.newPage();
  await signIn(firm, system, "enterprise", system.password("enterprise"));
  await signIn(county, system, "county-officer", system.password("county-officer"));

  // the enterprise enters what it has; the system says what that is, and why
  await firm.goto(`${system.url}/hazards/new`);
  await firm.getByLabel("重大危险源名称").fill("制冷液氨罐区");
  await firm.getByLabel("单元 1 名称").fill("液氨储罐");
  await firm.getByLabel("品名").fill("7664-41-7");
  await firm.getByText(/^氨（/).first().click();
  await firm.getByLabel("最大量（吨）").fill("60");
  await firm.getByLabel("厂界外 500 米内常住人口（人）").fill("120");
  for (const [at, name] of ["陈总", "林工", "黄班长"].entries()) await firm.getByLabel("姓名").nth(at).fill(name);
  await firm.getByLabel("安全评估（评价）日期").fill(day(0));
  await firm.getByLabel("安全评估（评价）日期").press("Enter");
  await firm.getByRole("button", { name: "保存并辨识" }).click();
  // R = α β q / Q = 2.0 × 2 × 60 / 10
  await expect(firm.locator(".hazard-grade")).toHaveText("三级重大危险源");
  await expect(firm.getByText(/R = 24(?!\d)/).first()).toBeVisible();
  await expect(firm.locator(".hazard-unit li, .hazard-unit tr, .hazard-unit .step").first()).toBeVisible();
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/story-hazard-identified-phone.png", fullPage: true });
  const source = firm.url();

  // what is not filed yet waits for it; it hands in its papers
  await firm.goto(`${system.url}/inbox`);
  await expect(firm.getByText("尚未备案的重大危险源").first()).toBeVisible();
  await firm.goto(source);
  await firm.getByRole("button", { name: "申请备案" }).click();
  for (const box of await firm.getByRole("dialog").getByRole("checkbox").all()) await box.check();
  await firm.getByRole("dialog").getByRole("button", { name: /报\s*送/ }).click();
  await expect(firm.getByText("待受理").first()).toBeVisible();
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/story-hazard-filing-phone.png", fullPage: true });
  const filing = firm.url();

  // the county finds it in its inbox, takes it on and gives it a number
  await county.goto(system.url);
  await expect(county.getByText(/制冷液氨罐区/).first()).toBeVisible();
  await county.goto(filing);
  await county.getByRole("button", { name: /受\s*理/ }).click();
  await fine(county).click();
  await county.getByRole("button", { name: "予以备案" }).click();
  await fine(county).click();
  const numbered = county.getByText(/BA4405\d\d-\d{4}-\d{4}/).first();
  await expect(numbered).toBeVisible();
  const number = /BA4405\d\d-\d{4}-\d{4}/.exec((await numbered.textContent()) ?? "")?.[0] ?? "";
  await county.screenshot({ path: "shots/story-hazard-filed.png", fullPage: true });
  await firm.goto(source);
  await expect(firm.getByText(number).first()).toBeVisible();
  await expect(firm.getByText("已备案").first()).toBeVisible();

  // a point of that unit and the gateway's token
  await firm.goto(`${system.url}/monitoring`);
  await firm.getByRole("link", { name: "登记监测点" }).click();
  await firm.getByLabel("位号").fill("AT-701");
  await firm.getByLabel("监测点名称").fill("液氨罐区氨气浓度");
  await firm.getByLabel("监测项目").click();
  await firm.getByTitle("有毒气体").last().click();
  await firm.getByLabel("重大危险源单元").fill("液氨储罐");
  await firm.getByLabel("高限（一级）").fill("25");
  await firm.getByLabel("高高限（二级）").fill("50");
  await firm.getByLabel("报警延时（秒）").fill("0");
  await firm.getByRole("button", { name: /保\s*存/ }).click();
  await expect(firm.getByRole("heading", { name: /AT-701/ })).toBeVisible();
  await firm.getByRole("link", { name: /公司|厂|店|行|部/ }).first().click();
  await openTab(firm.getByRole("tab", { name: "在线监测" }));
  await firm.getByRole("button", { name: "新建网关令牌" }).click();
  const token = (await firm.getByRole("dialog").locator("code").textContent()) ?? "";
  await firm.keyboard.press("Escape");

  // too much ammonia: the enterprise takes notice on the phone while the county looks on
  expect((await send(token, 12, 30)).taken).toBe(1);
  expect((await send(token, 61, 20)).alarms).toBe(1);
  await firm.goto(`${system.url}/monitoring/alarms`);
  await firm.getByRole("link", { name: /AT-701/ }).first().click();
  await expect(firm.getByText("二级报警").first()).toBeVisible();
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/story-hazard-alarm-phone.png", fullPage: true });
  const alarm = firm.url();
  await county.goto(system.url);
  await expect(county.getByText(/AT-701/).first()).toBeVisible();
  await county.screenshot({ path: "shots/story-hazard-inbox.png", fullPage: true });
  await firm.getByRole("button", { name: "确认报警", exact: true }).click();
  await fine(firm).click();
  await expect(firm.getByText("处置中").first()).toBeVisible();
  await expect(firm.getByText("监测值恢复正常后")).toBeVisible();
  await send(token, 8, 0);
  await firm.getByRole("button", { name: "处置办结" }).click();
  await firm.getByRole("dialog").getByLabel("报警原因").fill("卸料软管接头渗漏");
  await firm.getByRole("dialog").getByLabel("处置措施").fill("已停卸料、更换垫片并检漏");
  await fine(firm).click();
  await expect(firm.getByText("已办结").first()).toBeVisible();
  await fitsItsScreen(firm);
  await firm.screenshot({ path: "shots/story-hazard-alarm-closed-phone.png", fullPage: true });
  await county.goto(alarm);
  await expect(county.getByText("卸料软管接头渗漏").first()).toBeVisible();
  await expect(county.getByText("已停卸料、更换垫片并检漏").first()).toBeVisible();
  await fitsItsScreen(county);
  await county.screenshot({ path: "shots/story-hazard-alarm.png", fullPage: true });

  // almost three years later both are told that its assessment and its filing run out
  for (const page of [firm, county]) await page.goto("about:blank");
  await system.again((folder) => almostThreeYears(join(folder, "anjian.db"), "制冷液氨罐区"));
  const until = /有效期至 (\d{4}-\d\d-\d\d)/;
  for (const [page, shot] of [[firm, "story-hazard-reminder-phone"], [county, "story-hazard-reminder"]] as const) {
    await page.goto(`${system.url}/inbox`);
    await expect(page.getByText("90 天内应重新辨识的重大危险源").first()).toBeVisible();
    await page.screenshot({ path: `shots/${shot}.png`, fullPage: true });
    await page.getByText(/制冷液氨罐区：安全评估满三年/).first().click();
    await expect(page).toHaveURL(source);
    await expect(page.getByText(/前应重新辨识、评估、分级（安全评估满三年）/)).toBeVisible();
    await expect(page.getByText(until).first()).toBeVisible();
  }
  await county.goto(`${system.url}/hazards?major=yes&filing=soon`);
  await expect(county.getByRole("link", { name: "制冷液氨罐区" })).toBeVisible();
  await county.screenshot({ path: "shots/story-hazard-soon.png", fullPage: true });
  await small.close();
  await desk.close();
});
