import { expect, test } from "@playwright/test";

import { type System, fitsItsScreen, openTab, signIn, start } from "./system";

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
  await page.locator("input[type=file]").setInputFiles({ name: "莲下工业园档案.xlsx", mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffer: Buffer.from(bytes) });
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
