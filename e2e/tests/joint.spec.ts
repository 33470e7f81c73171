/** A visit of two agencies at once: both are named on one record, and each of their officers signs it. */
import { type Page, expect } from "@playwright/test";

import { draw } from "./outdoors";
import { printed } from "./papers";
import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

interface Card {
  agency_name: string;
  name: string;
  number: string;
  valid_from: string;
  valid_to: string;
}

/** Two officers of the bureau and two of another agency, whose cards are good. */
async function pairs(page: Page): Promise<Card[][]> {
  const all = await page.evaluate(async () => (await (await fetch("/api/officer-cards?limit=200")).json()).items as Card[]);
  const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
  const by = new Map<string, Card[]>();
  for (const card of all.filter((own) => own.valid_from <= today && today <= own.valid_to)) by.set(card.agency_name, [...(by.get(card.agency_name) ?? []), card]);
  const bureau = ([name]: [string, Card[]]) => (name === "龙湖区应急管理局" ? 0 : 1);
  const twos = [...by].filter(([, own]) => own.length >= 2).sort((one, other) => bureau(one) - bureau(other));
  return twos.map(([, own]) => own.slice(0, 2)).slice(0, 2);
}

async function choose(page: Page, label: RegExp | string, cards: Card[]): Promise<void> {
  await page.getByLabel(label).click();
  for (const card of cards) {
    await page.getByLabel(label).fill(card.number);
    await page.locator(".ant-select-item-option", { hasText: card.number }).last().click();
  }
  await page.keyboard.press("Escape");
}

test("two agencies visit an enterprise at once; the phone asks four officers to sign, and the record names both agencies", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const page = await context.newPage();
  await signIn(page, system, "county-officer", system.password("county-officer"));
  const [lead = [], others = []] = await pairs(page);
  expect([lead.length, others.length]).toEqual([2, 2]);
  await page.goto(`${system.url}/enterprises`);
  await page.locator("a[href^='/enterprises/4405/']").first().click();
  await page.goto(page.url().replace(/\/enterprises\/(\d+)\/([^?]+).*/, "/visits/new?city=$1&enterprise=$2"));
  await choose(page, "执法人员（两名）", lead);
  await choose(page, "合并检查：参加的其他机关人员", others.slice(0, 1));
  await page.getByRole("button", { name: /^开\s*始$/ }).click();
  await expect(page.getByText(/每个机关的执法人员不得少于两人/)).toBeVisible();
  await choose(page, "合并检查：参加的其他机关人员", others.slice(1));
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/joint-new-phone.png", fullPage: true });
  await page.getByRole("button", { name: /^开\s*始$/ }).click();
  await expect(page.getByText(/合并检查，参加的还有/)).toContainText(others[0]?.agency_name ?? "?");
  for (const own of lead) await draw(page, `执法人员 ${own.name} 签名`);
  await draw(page, "被检查单位现场负责人签名");
  await page.getByRole("button", { name: "签名完毕，结束检查" }).click();
  await expect(page.getByText("请执法人员签名。").first()).toBeVisible();
  for (const own of others) await draw(page, `${own.agency_name} ${own.name} 签名`);
  await page.locator(".signatures").scrollIntoViewIfNeeded();
  await page.screenshot({ path: "shots/joint-sign-phone.png" });
  await page.getByRole("button", { name: "签名完毕，结束检查" }).click();
  await expect(page.locator(".signature-drawn")).toHaveCount(5);
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/joint-phone.png", fullPage: true });
  await page.getByRole("button", { name: "起草文书" }).click();
  await page.getByRole("menuitem", { name: "现场检查记录" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /起\s*草/ }).click();
  await expect(page.getByRole("heading", { name: "现场检查记录" })).toBeVisible();
  const all = [...lead, ...others];
  await printed(page, page.getByRole("link", { name: /预\s*览/ }), ...all.map((own) => own.number), lead[0]?.agency_name ?? "?", others[0]?.agency_name ?? "?", "联合检查机关");
  await context.close();
});
