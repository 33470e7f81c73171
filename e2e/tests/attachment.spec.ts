import { readFileSync } from "node:fs";

import { type Page, expect } from "@playwright/test";
import ExcelJS from "exceljs";

import { type System, fitsItsScreen, signIn, start, test } from "./system";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/** A PDF of one page that says a line in one of the fonts every reader has. */
function pdf(line: string): Buffer {
  const stream = `BT /F1 24 Tf 72 720 Td (${line}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
  ];
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, at) => {
    const offset = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("")}`;
  return Buffer.from(`${text}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`, "latin1");
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

/** A Word document of one paragraph: its parts, stored in a ZIP. */
function docx(line: string): Buffer {
  const parts: [string, string][] = [
    ["[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${DOCX}.main+xml"/></Types>`],
    ["_rels/.rels", `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`],
    ["word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>${line}</w:t></w:r></w:p></w:body></w:document>`],
  ];
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of parts) {
    const data = Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const own = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), data]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, place, Buffer.from(name)]));
    bodies.push(own);
    offset += own.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, list, Buffer.from("PK\x05\x06"), end]);
}

async function xlsx(line: string): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.addWorksheet("发放").addRow([line]);
  return Buffer.from(await book.xlsx.writeBuffer());
}

/** The address of a record of the town that waits to be verified. */
async function waiting(page: Page): Promise<string> {
  const list = await page.request.get(`${system.url}/api/records?state=entered&limit=1`);
  const { items } = (await list.json()) as { items: { city: string; enterprise: string; section: string; id: string }[] };
  const own = items[0];
  if (!own) throw new Error("the demonstration keeps no record that waits");
  return `${system.url}/enterprises/${own.city}/${own.enterprise}?tab=archive&section=${own.section}&record=${own.id}`;
}

test("papers are attached, replaced, looked at, found by what they say, and fetched with the whole file", async ({ page }) => {
  await signIn(page, system, "town-clerk", system.password("town-clerk"));
  const record = await waiting(page);
  await page.goto(record);
  const papers = page.getByRole("region", { name: "附件" });
  const picker = papers.getByLabel("选择附件");
  await expect(papers.getByRole("button", { name: "上传附件" })).toBeVisible();
  const picture = await page.screenshot({ path: "shots/attachment-none.png" });
  await picker.setInputFiles([
    { name: "防雷检测报告.pdf", mimeType: "application/pdf", buffer: pdf("Lightning test LX20260117") },
    { name: "现场照片.png", mimeType: "image/png", buffer: picture },
    { name: "防护用品发放表.xlsx", mimeType: XLSX, buffer: await xlsx("防静电工作服") },
    { name: "整改说明.docx", mimeType: DOCX, buffer: docx("罐区呼吸阀已按意见更换阻火器") },
  ]);
  await expect(papers.getByText("附件（4）")).toBeVisible();
  await page.screenshot({ path: "shots/attachment-list.png" });

  // what it claims to be is not believed
  await picker.setInputFiles({ name: "假的.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ\x90\x00 not a document") });
  await expect(papers.getByRole("alert")).toBeVisible();
  // the same file would be refused again
  await expect(papers.getByRole("button", { name: /重\s*试/ })).toBeHidden();
  await page.screenshot({ path: "shots/attachment-refused.png" });
  await papers.getByRole("button", { name: "知道了" }).click();

  // a newer version stands in the place of the old one, which stays at hand
  await papers.getByLabel("换版本：防雷检测报告.pdf").setInputFiles({ name: "防雷检测报告（复检）.pdf", mimeType: "application/pdf", buffer: pdf("Lightning retest LX20260719") });
  await expect(papers.getByText("第 2 版")).toBeVisible();
  await papers.getByRole("button", { name: "旧版本（1）" }).click();
  const arrives = page.waitForEvent("download");
  await papers.getByText("第 1 版").getByRole("link").click();
  expect(readFileSync(await (await arrives).path()).toString("latin1")).toContain("LX20260117");

  // the picture is looked at in its place
  const thumb = papers.getByRole("img", { name: "现场照片.png" });
  await expect.poll(() => thumb.evaluate((own: HTMLImageElement) => own.naturalWidth)).toBeGreaterThan(0);
  await papers.locator(".ant-image").first().click();
  await expect(page.locator(".ant-image-preview-img")).toBeVisible();
  await page.screenshot({ path: "shots/attachment-preview.png" });
  await page.keyboard.press("Escape");
  await expect(page.locator(".ant-image-preview-img")).toBeHidden();

  // so is a PDF, page by page, without leaving; what cannot be shown says so
  await papers.getByRole("button", { name: /^预览：防雷检测报告/ }).click();
  const paper = page.locator(".paper");
  const sheet = paper.getByRole("img", { name: /防雷检测报告.*第 1 页/ });
  await expect.poll(() => sheet.evaluate((own: HTMLImageElement) => own.naturalWidth), { timeout: 90_000 }).toBeGreaterThan(1100);
  await expect(paper.getByText("第 1 页，共 1 页")).toBeVisible();
  await expect(paper.getByRole("button", { name: "下一页" })).toBeDisabled();
  await page.screenshot({ path: "shots/attachment-paper.png" });
  await paper.getByRole("button", { name: "关闭" }).click();
  await expect(paper).toBeHidden();
  const printed = await page.request.get(`${record.replace(/\/enterprises\//, "/api/enterprises/").replace(/\?.*/, "")}/archive/print`);
  await picker.setInputFiles([
    { name: "打印的档案.pdf", mimeType: "application/pdf", buffer: await printed.body() },
    { name: "残缺.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 cut off") },
  ]);
  await papers.getByRole("button", { name: "预览：打印的档案.pdf" }).click();
  await expect.poll(() => paper.locator(".paper-page img").evaluate((own: HTMLImageElement) => own.naturalWidth), { timeout: 90_000 }).toBeGreaterThan(1100);
  await page.screenshot({ path: "shots/attachment-paper-first.png" });
  await paper.getByRole("button", { name: "下一页" }).click();
  await expect(paper.getByRole("img", { name: /第 2 页/ })).toBeVisible({ timeout: 90_000 });
  await expect(paper.getByText(/第 2 页，共 \d+ 页/)).toBeVisible();
  await page.screenshot({ path: "shots/attachment-paper-second.png" });
  await paper.getByRole("button", { name: "上一页" }).click();
  await expect(paper.getByRole("img", { name: /第 1 页/ })).toBeVisible();
  await paper.getByRole("button", { name: "关闭" }).click();
  await expect(paper).toBeHidden();
  await papers.getByRole("button", { name: "预览：残缺.pdf" }).click();
  await expect(paper.getByText(/不能预览，请下载后打开/)).toBeVisible({ timeout: 90_000 });
  await page.screenshot({ path: "shots/attachment-paper-broken.png" });
  await paper.getByRole("button", { name: "关闭" }).click();
  await expect(paper).toBeHidden();

  // beside each field stands what it was
  await page.getByRole("button", { name: /的修改记录$/ }).first().click();
  const past = page.locator(".ant-modal").last();
  await expect(past.locator(".after").first()).toBeVisible();
  await page.screenshot({ path: "shots/attachment-field-history.png" });
  await past.getByRole("button", { name: "关闭" }).click();
  await expect(past).toBeHidden();

  // the whole file
  await page.goto(record.replace(/&record=.*/, ""));
  await page.getByRole("button", { name: "打包下载" }).click();
  const packed = page.waitForEvent("download", { timeout: 60_000 });
  await page.getByRole("button", { name: "开始打包" }).click();
  const zip = readFileSync(await (await packed).path());
  for (const name of ["防雷检测报告", "现场照片", "防护用品发放表", "整改说明"]) expect(zip.includes(Buffer.from(name))).toBe(true);
  await page.keyboard.press("Escape");

  // what they say leads back to the record
  for (const words of ["LX20260719", "更换阻火器"]) {
    await page.goto(record.replace(/&record=.*/, ""));
    const box = page.getByRole("combobox", { name: "搜索" });
    const found = page.locator(".search-option");
    await expect(async () => {
      await box.fill("");
      await box.fill(words);
      await expect(found.first()).toBeVisible({ timeout: 3_000 });
      await page.screenshot({ path: "shots/attachment-search.png" });
      await found.first().click({ timeout: 3_000 });
      await expect(page).toHaveURL(/record=/, { timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
    await expect(papers.getByText("整改说明.docx")).toBeVisible();
  }
});

test("on a phone papers are attached and shown within the screen", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const phone = await context.newPage();
  await signIn(phone, system, "town-officer", system.password("town-officer"));
  await phone.goto(await waiting(phone));
  const papers = phone.getByRole("region", { name: "附件" });
  await papers.getByLabel("选择附件").setInputFiles({ name: "一份名字很长很长的危险化学品安全技术说明书和安全标签扫描件（2026年版）.pdf", mimeType: "application/pdf", buffer: pdf("MSDS") });
  await expect(papers.getByRole("link", { name: /安全技术说明书/ })).toBeVisible();
  await papers.scrollIntoViewIfNeeded();
  await fitsItsScreen(phone);
  await phone.screenshot({ path: "shots/phone-attachment.png" });
  await papers.getByRole("button", { name: /预览：.*安全技术说明书/ }).click();
  const paper = phone.locator(".paper");
  await expect.poll(() => paper.getByRole("img", { name: /第 1 页/ }).evaluate((own: HTMLImageElement) => own.naturalWidth), { timeout: 90_000 }).toBeGreaterThan(1100);
  await fitsItsScreen(phone);
  await phone.screenshot({ path: "shots/phone-attachment-paper.png" });
  await context.close();
});
