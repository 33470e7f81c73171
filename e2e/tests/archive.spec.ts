import { type Page, expect } from "@playwright/test";

import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

const enter = (page: Page, login: string) => signIn(page, system, login, system.password(login));

/** The sections that are there, as the score's sentence counts them. */
async function present(page: Page): Promise<number> {
  const sentence = page.getByText(/^必须 \d+ 栏，已有 \d+/);
  await expect(sentence).toBeVisible();
  return Number(/已有 (\d+)/.exec((await sentence.textContent()) ?? "")?.[1]);
}

/** Takes out what the demonstration keeps in these sections of the person's own archive. */
async function empty(page: Page, sections: string[]): Promise<void> {
  const session = (await (await page.request.get(`${system.url}/api/session`)).json()) as { csrf: string; enterprise: { city: string; id: string } };
  const { city, id } = session.enterprise;
  for (const section of sections) {
    const list = await page.request.get(`${system.url}/api/enterprises/${city}/${id}/records?section=${section}`);
    const { items } = (await list.json()) as { items: { id: string; version: number }[] };
    for (const record of items) {
      const gone = await page.request.post(`${system.url}/api/records/${city}/${record.id}/remove`, {
        headers: { "x-csrf-token": session.csrf },
        data: { version: record.version, reason: "从头填写" },
      });
      expect(gone.status()).toBe(200);
    }
  }
  await page.reload();
}

test("an enterprise fills in its archive on a phone, mends what the town sends back, the town vouches for it, and the score says why it moved", async ({ browser, page }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const phone = await context.newPage();
  await enter(phone, "enterprise");
  await empty(phone, ["risk_profile", "permit"]);
  const before = await present(phone);
  await fitsItsScreen(phone);
  await phone.screenshot({ path: "shots/phone-archive.png" });

  // the answers decide which sections are asked for
  await phone.getByRole("button", { name: "去回答风险特征" }).first().click();
  const answer = phone.locator(".ant-form-item").filter({ hasText: "生产、储存、使用或者经营危险化学品" });
  await answer.getByText("是", { exact: true }).click();
  await phone.getByRole("button", { name: /保\s*存$/ }).click();
  await expect(phone.getByText("已保存。")).toBeVisible();
  await fitsItsScreen(phone);
  await phone.getByRole("button", { name: "关闭" }).last().click();

  // a permit: what is wrong stands beside its field, and nothing typed is lost
  const permits = phone.locator(".section-entry").filter({ hasText: "证照与许可" });
  await expect(permits).toContainText("缺");
  await permits.getByRole("button", { name: "去填写" }).click();
  const form = phone.getByRole("dialog", { name: "新增：证照与许可" });
  await form.getByLabel("证照种类").click();
  await phone.getByTitle("安全生产许可证").click();
  await form.getByLabel("有效期至").fill("2029-01-05");
  await form.getByLabel("有效期至").press("Enter");
  await form.getByRole("button", { name: /保\s*存$/ }).click();
  await expect(form.getByText("请填写证照编号。")).toBeVisible();
  await form.getByLabel("证照编号").fill("(粤D)WH安许证字〔2026〕0017");
  await phone.screenshot({ path: "shots/phone-permit.png" });
  await form.getByRole("button", { name: /保\s*存$/ }).click();
  await expect(phone.locator(".record-card")).toContainText("2029-01-05");
  await expect(phone.locator(".record-card")).toContainText("待核实");
  const record = new URL(phone.url()).pathname;

  // the town sends one field back, with the reason
  await enter(page, "town-officer");
  await page.goto(`${system.url}${record}?tab=archive&section=permit`);
  await page.getByRole("row", { name: /安全生产许可证/ }).click();
  await page.getByRole("button", { name: "退回…" }).click();
  const back = page.getByRole("dialog", { name: "退回：安全生产许可证" });
  await back.getByRole("checkbox", { name: /证照编号/ }).check();
  await expect(back.getByRole("button", { name: /^退\s*回$/ })).toBeDisabled();
  await back.getByLabel("证照编号的退回原因").fill("编号与证书不符");
  await back.getByRole("button", { name: /^退\s*回$/ }).click();
  await expect(page.getByText("已退回，企业会看到每一项的原因。")).toBeVisible();

  // the reason stands beside the field
  await phone.reload();
  await expect(phone.locator(".record-card")).toContainText("监管员退回：证照编号：编号与证书不符");
  await phone.locator(".record-card").click();
  await phone.getByRole("button", { name: /^修\s*改$/ }).last().click();
  await expect(phone.locator(".ant-form-item").filter({ hasText: "证照编号" })).toContainText("监管员退回：编号与证书不符");
  await phone.screenshot({ path: "shots/phone-returned.png" });
  await phone.getByLabel("证照编号").fill("(粤D)WH安许证字〔2026〕0071");
  await phone.getByRole("button", { name: /保\s*存$/ }).click();
  await expect(phone.getByText("已保存。").last()).toBeVisible();

  // vouched for as a whole section, as it was read
  await page.goto(`${system.url}${record}?tab=archive&section=permit`);
  await page.getByRole("button", { name: "核实本栏（1 条）" }).click();
  await page.getByRole("tooltip").getByRole("button", { name: /核\s*实/ }).click();
  await expect(page.getByText("已核实 1 条。")).toBeVisible();
  await page.getByRole("row", { name: /安全生产许可证/ }).click();
  await expect(page.getByText(/已核实：王监管 \d{4}-\d{2}-\d{2}/)).toBeVisible();
  await page.getByText("修改记录").last().click();
  await expect(page.getByText("证照编号：编号与证书不符")).toBeVisible();
  await expect(page.locator(".after").getByText("(粤D)WH安许证字〔2026〕0071")).toBeVisible();
  await page.screenshot({ path: "shots/archive-record.png" });

  // the score moved, and says why
  await phone.goto(`${system.url}${record}`);
  expect(await present(phone)).toBeGreaterThan(before);
  await phone.getByRole("button", { name: "完整度的变化" }).click();
  await expect(phone.getByLabel("完整度的变化").getByText("填报证照与许可")).toBeVisible();
  await fitsItsScreen(phone);
  await phone.screenshot({ path: "shots/phone-score.png" });

  // the paper stands on its day, and the enterprise's own list leads to it
  await phone.goto(`${system.url}/expiries?from=2029-01-01&to=2029-01-31`);
  await fitsItsScreen(phone);
  await phone.getByRole("button", { name: "2029-01-05，1 份" }).click();
  await phone.getByRole("link", { name: "安全生产许可证" }).click();
  await expect(phone.getByText("(粤D)WH安许证字〔2026〕0071").last()).toBeVisible();
  await context.close();
});

test("of two who change a record the second is shown both versions and loses nothing", async ({ browser }) => {
  const one = await browser.newPage();
  const two = await browser.newPage();
  await enter(one, "town-officer");
  await enter(two, "town-clerk");
  await one.goto(`${system.url}/archives?state=empty`);
  await one.locator(".ant-table-row a").first().click();
  await expect(one.getByRole("tab", { name: "安全生产档案" })).toBeVisible();
  const path = new URL(one.url()).pathname;
  await one.goto(`${system.url}${path}?tab=archive&section=permit&fill=1`);
  const form = one.getByRole("dialog");
  await form.getByLabel("证照种类").click();
  await one.getByTitle("营业执照").click();
  await form.getByLabel("证照编号").fill("91440507MA0000001");
  await form.getByRole("button", { name: /保\s*存$/ }).click();
  await expect(one.getByText("已保存。")).toBeVisible();
  for (const page of [one, two]) {
    await page.goto(`${system.url}${path}?tab=archive&section=permit`);
    await page.getByRole("row", { name: /营业执照/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: /^修\s*改$/ }).click();
  }
  await one.getByLabel("发证机关").fill("龙湖区市场监督管理局");
  await two.getByLabel("备注").fill("副本");
  await one.getByRole("button", { name: /保\s*存$/ }).click();
  await expect(one.getByText("已保存。")).toBeVisible();
  await two.getByRole("button", { name: /保\s*存$/ }).click();
  const told = two.getByRole("dialog", { name: "您打开之后，别人已经修改了这条记录" });
  await expect(told).toContainText("龙湖区市场监督管理局");
  await expect(told).toContainText("副本");
  await told.getByRole("button", { name: "在最新内容上保存我的修改" }).click();
  await expect(two.getByText("已保存。")).toBeVisible();
  await expect(told).toBeHidden();
  await expect(two.getByRole("dialog")).toContainText("龙湖区市场监督管理局");
  await expect(two.getByRole("dialog")).toContainText("副本");
  await one.close();
  await two.close();
});

test("a number of archives opens exactly its rows", async ({ page }) => {
  await enter(page, "town-clerk");
  await page.getByRole("link", { name: "档案名单" }).click();
  await expect(page.locator(".tile").first()).toContainText("建档率");
  await expect(page.locator(".ant-table-row").first()).toBeVisible();
  await page.screenshot({ path: "shots/archives.png" });
  await page.locator(".tile").filter({ hasText: "建档率" }).click();
  await expect(page).toHaveURL(/state=complete(,|%2C)incomplete(,|%2C)expired/);
  await page.locator(".tile").filter({ hasText: "已过期的证照" }).click();
  await expect(page.getByRole("heading", { name: "到期提醒" })).toBeVisible();
  await expect(page).toHaveURL(/span=expired/);
});
