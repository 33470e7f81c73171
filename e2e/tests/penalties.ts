/** A penalty at the desk: what it is about, and its papers. */
import { type Page, expect } from "@playwright/test";

interface Charge {
  procedure: string;
  cause: string;
  fine: string;
  stage: string;
  facts: string;
  /** How grave; not said unless told. */
  circumstance?: string;
}

/** Fills in the form that opens a penalty, and hands it in. */
export async function charge(page: Page, own: Charge): Promise<void> {
  await page.getByText(own.procedure).click();
  await page.getByLabel("案由").fill(own.cause);
  const cards = page.getByLabel("执法人员（两名）");
  // the bureau's own two are among all cards of the county: both are chosen by its name
  for (const at of [0, 1]) {
    await cards.fill("龙湖区应急管理局");
    await page.locator(".ant-select-item-option:not(.ant-select-item-option-disabled)", { hasText: "龙湖区应急管理局" }).nth(at).click();
  }
  await page.keyboard.press("Escape");
  await page.getByLabel("违法行为（选后系统给出依据和罚款幅度）").fill("安全生产教育和培训");
  await page.locator(".ant-select-item-option", { hasText: /未按照规定对从业人员.*进行安全生产教育和培训/ }).first().click();
  await page.getByLabel("阶段").click();
  await page.locator(".ant-select-item-option", { hasText: own.stage }).click();
  if (own.circumstance) {
    await page.getByRole("combobox", { name: "情节" }).click();
    await page.locator(".ant-select-item-option", { hasText: own.circumstance }).click();
  }
  await page.getByLabel("违法事实").fill(own.facts);
  await page.getByLabel("证据", { exact: true }).fill("现场检查记录、询问笔录");
  await page.getByLabel("拟处罚款（元）").fill(own.fine);
  await page.getByRole("button", { name: /提\s*交/ }).click();
  await expect(page.getByRole("heading", { name: own.cause })).toBeVisible();
}

/** Drafts a paper and fills in what the system does not know. */
export async function draft(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "起草文书" }).click();
  await page.getByRole("menuitem", { name }).click();
  await page.getByRole("dialog").getByRole("button", { name: /起\s*草/ }).click();
  const dialog = page.getByRole("dialog", { name });
  await expect(dialog.getByRole("button", { name: "保存草稿" })).toBeVisible();
  let changed = false;
  for (const field of await dialog.locator(".document-form").getByRole("textbox").all()) {
    if ((await field.inputValue()) === "") {
      await field.fill("按实际情况填写");
      changed = true;
    }
  }
  if (changed) {
    // the message of an earlier save may still stand there: this one's own answer is waited for
    const saved = page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.url().includes("/api/penalty-documents/"));
    await dialog.getByRole("button", { name: "保存草稿" }).click();
    expect((await saved).status()).toBe(200);
  }
}
