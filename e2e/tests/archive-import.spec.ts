import { readFileSync } from "node:fs";

import { type Page, expect } from "@playwright/test";
import ExcelJS from "exceljs";

import { type System, fitsItsScreen, openTab, signIn, start, test } from "./system";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

let system: System;
test.beforeAll(async () => {
  system = await start("demo");
});
test.afterAll(async () => {
  await system.stop();
});

test("a clerk downloads the records of the area, uploads them again, sees what changes and which cell is wrong", async ({ page }) => {
  await signIn(page, system, "county-clerk", system.password("county-clerk"));
  await page.getByRole("link", { name: "批量填报" }).click();
  await expect(page.getByRole("heading", { name: "一、下载填报表" })).toBeVisible();
  await page.screenshot({ path: "shots/archive-import.png" });
  await page.setViewportSize({ width: 390, height: 844 });
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/archive-import-phone.png" });
  await page.setViewportSize({ width: 1440, height: 900 });

  // the workbook of one park
  await page.evaluate(async () => {
    const session = await (await fetch("/api/session")).json();
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": session.csrf };
    await fetch("/api/clusters", { method: "POST", headers, body: JSON.stringify({ town: session.region.code, name: "试填产业园", kind: "park" }) });
  });
  await page.reload();
  await page.getByRole("combobox", { name: "市场、园区" }).fill("试填");
  await page.getByText("试填产业园（园区，0 家）").click();
  await page.screenshot({ path: "shots/archive-import-park.png" });
  const park = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载填报表" }).click();
  expect((await park).suggestedFilename()).toContain("档案填报表");

  // two records go out; then one is changed here and the other taken out
  const bytes = await page.evaluate(async () => {
    const session = await (await fetch("/api/session")).json();
    const send = async (method: string, path: string, body: unknown) => {
      const headers = { "Content-Type": "application/json", "X-CSRF-Token": session.csrf };
      return (await fetch(path, { method, headers, body: JSON.stringify(body) })).json();
    };
    const [firm] = (await (await fetch("/api/enterprises?limit=1")).json()).items;
    const records = `/api/enterprises/${firm.city}/${firm.id}/records`;
    const fields = { kind: "fire", issuer: "龙湖区消防救援大队", issued_on: "2025-03-01" };
    const kept = await send("POST", records, { section: "permit", fields: { ...fields, number: "消验字2025第1号" } });
    const gone = await send("POST", records, { section: "permit", fields: { ...fields, number: "消验字2025第2号" } });
    const { job } = await send("POST", "/api/archive-exports", { with: "records", sections: ["permit"] });
    for (;;) {
      const now = await (await fetch(`/api/jobs/${job}`)).json();
      if (now.state === "done") break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await send("PATCH", `/api/records/${kept.city}/${kept.id}`, { version: 1, fields: { issuer: "区消防大队" } });
    await send("POST", `/api/records/${gone.city}/${gone.id}/remove`, { version: 1, reason: "重复" });
    const file = await (await fetch(`/api/archive-exports/${job}/file`)).arrayBuffer();
    return Array.from(new Uint8Array(file));
  });
  await page.locator("input[type=file]").setInputFiles({ name: "莲下工业园档案.xlsx", mimeType: XLSX, buffer: Buffer.from(bytes) });
  await expect(page.getByText("待确认")).toBeVisible();
  await expect(page.getByRole("cell", { name: /^证照与许可!A\d+$/ })).toBeVisible();
  await expect(page.getByText("这条记录已换发或者删除")).toBeVisible();
  await page.screenshot({ path: "shots/archive-import-preview.png" });
  await page.setViewportSize({ width: 390, height: 844 });
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/archive-import-preview-phone.png", fullPage: true });
  await page.setViewportSize({ width: 1440, height: 900 });
  await openTab(page.getByRole("tab", { name: /^修改/ }));
  await expect(page.getByText("龙湖区消防救援大队")).toBeVisible();
  await page.getByRole("button", { name: "跳过有错的行，写入其余" }).click();
  await page.getByRole("button", { name: "确认写入" }).click();
  await expect(page.getByText("已写入：新增 0 条，修改 1 条。")).toBeVisible();
  await page.screenshot({ path: "shots/archive-import-done.png" });
});

interface Firm {
  city: string;
  id: string;
  name: string;
  credit_code: string;
}

/** Two enterprises of the district by their names and codes, and a name that two of its enterprises share. */
const park = (page: Page) =>
  page.evaluate(async () => {
    const read = async (path: string) => (await fetch(path)).json();
    const { items: groups } = await read("/api/duplicates?limit=100");
    const shared = groups.map((group: { records: Firm[] }) => group.records.map((own) => own.name)).find(([one, two]: string[]) => one === two)?.[0];
    const { items } = await read("/api/enterprises?status=normal&limit=20");
    const [one, two] = items.filter((own: Firm) => own.credit_code && own.name !== shared);
    return { one, two, shared } as { one: Firm; two: Firm; shared: string };
  });

/** A park's workbook: twenty of its cells are wrong, and three of its rows are not. */
async function workbook(one: Firm, two: Firm, shared: string): Promise<Buffer> {
  const [a, b] = [one.credit_code, two.credit_code];
  // one digit is mistyped; the other is right, and is nobody's here
  const mistyped = a.slice(0, 12) + String((Number(a[12]) + 1) % 10) + a.slice(13);
  const away = "91440111MA5TEXTAA2";
  const kind = "安全生产许可证";
  const car = "场（厂）内专用机动车辆";
  const worker = "其他从业人员";
  const sheets: [string, string[], string[][]][] = [
    [
      "证照与许可",
      ["记录编号", "企业名称", "统一社会信用代码", "*证照种类", "*证照编号", "发证机关", "发证日期", "有效期至"],
      [
        ["", one.name, a, kind, "A1", "某局", "2025-01-06", "2028-01-05"],
        ["", one.name, a, "驾驶证", "A2"],
        ["", one.name, a, kind, ""],
        ["", one.name, a, kind, "A4", "", "去年", ""],
        ["", one.name, a, kind, "A5", "", "2025-01-06", "2024-01-06"],
        ["", one.name, a, kind, "A1"],
        ["", one.name, mistyped, kind, "A7"],
        ["", two.name, a, kind, "A8"],
        ["", "没有这家厂", "", kind, "A9"],
        ["", shared, "", kind, "A10"],
        ["R123", one.name, a, kind, "A11"],
        ["什么", one.name, a, kind, "A12"],
        ["", "外地公司", away, kind, "A13"],
        ["", "", "", kind, "A14"],
      ],
    ],
    [
      "特种设备",
      ["企业名称", "统一社会信用代码", "设备名称", "设备种类", "使用登记证编号", "检验日期", "下次检验日期", "持证操作人员（人）"],
      [
        [two.name, b, "叉车一", car, "车1", "2025-03-01", "2026-03-01", "2"],
        [two.name, b, "叉车二", car, "车2", "2025-03-01", "2026-03-01", "-2"],
        [two.name, b, "叉车三", "飞机", "车3", "2025-03-01", "2024-03-01", "1"],
        [two.name, b, "叉车四", car, "车4", "2025-13-01", "", "两人"],
      ],
    ],
    [
      "教育培训档案",
      ["单位名称", "信用代码", "姓名", "人员类别", "培训时机", "身份证号", "培训内容", "培训结束日期", "学时（学时）"],
      [
        [two.name, b, "王五", worker, "再培训", "", "三级教育", "2025年3月1日", "24"],
        [two.name, b, "王六", worker, "随时", "", "三级教育", "2025-03-01", "24"],
        [two.name, b, "王七", worker, "再培训", "", "三级教育", "2025-03-01", "-3"],
      ],
    ],
    ["不知道", ["企业名称"], [[two.name]]],
  ];
  const book = new ExcelJS.Workbook();
  for (const [name, head, rows] of sheets) book.addWorksheet(name).addRows([head, ...rows]);
  return Buffer.from(await book.xlsx.writeBuffer());
}

/** What is wrong with that workbook, cell by cell as it was planted. */
const PLANTED = {
  证照与许可: ["D3", "E4", "G5", "H6", "E7", "C8", "B9", "B10", "B11", "A12", "A13", "C14", "B15"],
  特种设备: ["H3", "D4", "F5", "H5"],
  教育培训档案: ["E3", "I4"],
  不知道: ["A1"],
};
const ADDRESSES = Object.entries(PLANTED).flatMap(([sheet, cells]) => cells.map((cell) => `${sheet}!${cell}`));

/** Where those cells lie once the rows without a wrong one are left out. */
function closed(): string[] {
  const line = (cell: string) => Number(cell.replace(/\D/g, ""));
  return Object.entries(PLANTED).flatMap(([sheet, cells]) => {
    const lines = [...new Set(cells.map(line))].sort((one, two) => one - two);
    return cells.map((cell) => `${sheet}!${cell.replace(/\d/g, "")}${lines.indexOf(line(cell)) + 2}`);
  }).sort();
}

/** The cells of a workbook that are red. */
async function reds(file: Buffer): Promise<string[]> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(file as never);
  const found: string[] = [];
  for (const sheet of book.worksheets) {
    sheet.eachRow((row) =>
      row.eachCell({ includeEmpty: true }, (cell) => {
        if (cell.fill?.type === "pattern" && cell.fill.fgColor?.argb === "FFFFE0E0") found.push(`${sheet.name}!${cell.address}`);
      }),
    );
  }
  return found.sort();
}

/** Every record of these enterprises in the sections of that workbook, as it stands. */
const kept = (page: Page, firms: Firm[]) =>
  page.evaluate(async (firms) => {
    const found: unknown[] = [];
    for (const { city, id } of firms) {
      for (const section of ["permit", "special_equipment", "training_record"]) {
        const answer = await fetch(`/api/enterprises/${city}/${id}/records?section=${section}&all=true&limit=200`);
        if (!answer.ok) throw new Error(await answer.text());
        found.push(...(await answer.json()).items);
      }
    }
    return found;
  }, firms);

test("a park's workbook with twenty wrong cells names exactly those on the page and in the file that comes back, and nothing of it is written", async ({ page }) => {
  expect(ADDRESSES).toHaveLength(20);
  await signIn(page, system, "county-clerk", system.password("county-clerk"));
  const { one, two, shared } = await park(page);
  const before = await kept(page, [one, two]);
  await page.getByRole("link", { name: "批量填报" }).click();
  await page.locator("input[type=file]").setInputFiles({ name: "工业园档案.xlsx", mimeType: XLSX, buffer: await workbook(one, two, shared) });
  await expect(page.getByText("待确认")).toBeVisible();

  // the page: each wrong cell is a row of its own, and there is no other
  await expect(page.getByText("有 19 行共 20 个单元格有错。")).toContainText("没有错的 3 条不在那份表里，请在这里写入。");
  await expect(page.getByRole("tab", { name: "有错的单元格 20" })).toHaveAttribute("aria-selected", "true");
  const cells = page.getByRole("cell", { name: /^[^!]+![A-Z]+\d+$/ });
  await expect(cells).toHaveCount(20);
  expect((await cells.allTextContents()).sort()).toEqual([...ADDRESSES].sort());
  await page.screenshot({ path: "shots/archive-import-twenty.png", fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await fitsItsScreen(page);
  const cards = page.locator(".record-card b");
  await expect(cards).toHaveCount(20);
  expect((await cards.allTextContents()).sort()).toEqual([...ADDRESSES].sort());
  await page.screenshot({ path: "shots/archive-import-twenty-phone.png", fullPage: true });
  await page.setViewportSize({ width: 1440, height: 900 });

  // the file that comes back holds the wrong rows only, one under the other: of them the same cells are red
  const arrives = page.waitForEvent("download");
  await page.getByRole("link", { name: "下载有错的 19 行" }).click();
  expect(await reds(readFileSync(await (await arrives).path()))).toEqual(closed());

  // nothing was written
  expect(await kept(page, [one, two])).toEqual(before);
});
