/** The archive as of last month, of a trail that is older than a month. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";

import { type Page, expect } from "@playwright/test";

import { bare, text } from "./papers";
import { PROGRAM, type System, fitsItsScreen, openTab, signIn, start, test, within } from "./system";

/** Long enough that every day of last month comes after it. */
const DAYS = 70;

/**
 * The city was filled `DAYS` days ago. The program has no clock to be set, so the filled trail is dated back before the program first comes
 * to it: whole, entries and their ids alike, and with it what records and other places say of when they came to be. Nothing of it is sealed
 * yet; the program then seals it as it now stands, and its own verification must find the chain whole.
 */
function longAgo(database: string): void {
  const script = `
import datetime, re, sqlite3, sys
db, back = sqlite3.connect(sys.argv[1]), datetime.timedelta(days=int(sys.argv[2]))
day = lambda found: str(datetime.date.fromisoformat(found[0]) - back)
earlier = lambda text: text and re.sub(r"\\d{4}-\\d\\d-\\d\\d(?=T\\d\\d:)", day, text)
# the first 48 bits of an id are its milliseconds
older = lambda id: (int.from_bytes(id[:6], "big") - back // datetime.timedelta(milliseconds=1)).to_bytes(6, "big") + id[6:]
db.create_function("earlier", 1, earlier)
db.create_function("older", 1, older)
assert db.execute("select count(*) from audit where batch is not null").fetchone() == (0,), "a sealed entry is not touched"
for sql in (
    "update audit set id = older(id), at = earlier(at), after = case subject when 'record' then earlier(after) else after end",
    "update record set created_at = earlier(created_at), updated_at = earlier(updated_at), verified_at = earlier(verified_at), returned_at = earlier(returned_at)",
    "update archive_elsewhere set told_at = earlier(told_at)",
):
    assert db.execute(sql).rowcount > 0, sql
db.commit()
`;
  execFileSync("python3", ["-c", script, database, String(DAYS)]);
}

let system: System;
test.beforeAll(async () => {
  system = await start("demo", undefined, longAgo);
});
test.afterAll(async () => {
  await system.stop();
});

/** A day of last month in China. */
function lastMonth(): { year: number; month: number; day: number; iso: string } {
  const [year = 0, month = 0] = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" }).split("-").map(Number);
  const then = month === 1 ? { year: year - 1, month: 12, day: 18 } : { year, month: month - 1, day: 18 };
  return { ...then, iso: `${then.year}-${String(then.month).padStart(2, "0")}-18` };
}
const THEN = lastMonth();

/** Picks that day where the page asks for one. */
async function pick(page: Page, shot: string): Promise<void> {
  await page.getByLabel("查看某一天的档案").click();
  await page.getByRole("button", { name: /上个月/ }).click();
  await expect(page.getByTitle(THEN.iso)).toBeVisible();
  await fitsItsScreen(page);
  await page.screenshot({ path: `shots/${shot}.png` });
  await page.getByTitle(THEN.iso).click();
  await expect(page.getByText(`这是 ${THEN.iso} 的档案，只能查看。`)).toBeVisible();
}

/** Takes the archive to print by a click. */
async function print(page: Page): Promise<Buffer> {
  await page.getByRole("button", { name: /打\s*印$/ }).first().click();
  const arrives = page.waitForEvent("download");
  await page.getByRole("link", { name: "整份档案 PDF（打印、存档）" }).click();
  const pdf = readFileSync(await (await arrives).path());
  await page.keyboard.press("Escape");
  return pdf;
}

interface Firm {
  city: string;
  id: string;
  staff: number;
  issuer: string;
}

/** What the clerk changes in a firm's file today: how many work there and who issued its licence. */
const change = (page: Page, staff: number, issuer: string) =>
  page.evaluate(
    async (wanted): Promise<Firm> => {
      const session = await (await fetch("/api/session")).json();
      const read = async (path: string) => (await fetch(path)).json();
      const send = async (path: string, body: unknown) => {
        const headers = { "Content-Type": "application/json", "X-CSRF-Token": session.csrf };
        const answer = await fetch(path, { method: "PATCH", headers, body: JSON.stringify(body) });
        if (!answer.ok) throw new Error(await answer.text());
      };
      const [{ city, enterprise, id = enterprise }] = (await read("/api/archives?state=complete&limit=1")).items;
      const place = `/api/enterprises/${city}/${id}`;
      const row = await read(place);
      const [permit] = (await read(`${place}/records?section=permit`)).items;
      await send(place, { version: row.version, changes: { staff: wanted.staff } });
      await send(`/api/records/${permit.city}/${permit.id}`, { version: permit.version, fields: { issuer: wanted.issuer } });
      return { city, id, staff: row.staff, issuer: permit.fields.issuer };
    },
    { staff, issuer },
  );

test("a district picks a day of last month, sees the file as it stood and prints it; what changes later changes not a byte of it", async ({ browser, page }) => {
  // four whole archives are set and the whole trail is proven
  test.setTimeout(600_000);
  await signIn(page, system, "county-clerk", system.password("county-clerk"));
  const firm = await change(page, 4_321, "示例发证机关甲");
  const place = `${system.url}/enterprises/${firm.city}/${firm.id}`;
  const old = `${firm.staff} 人`;

  // now
  await page.goto(`${place}?tab=archive&section=permit`);
  await expect(page.getByText("示例发证机关甲").first()).toBeVisible();
  const now = text(await print(page));
  for (const own of ["4321人", "示例发证机关甲"]) expect(now).toContain(own);
  await expect(page.getByText("只能查看")).toHaveCount(0);

  // last month, picked in the calendar
  await pick(page, "archive-month-calendar");
  expect(new URL(page.url()).searchParams.get("as_of")).toBe(new Date(`${THEN.iso}T23:59:59.999+08:00`).toISOString());
  await expect(page.getByText(firm.issuer).first()).toBeVisible();
  await expect(page.getByText("示例发证机关甲")).toHaveCount(0);
  await page.screenshot({ path: "shots/archive-month.png", fullPage: true });
  const first = await print(page);
  const said = text(first);
  for (const own of [`截至 ${THEN.year}年${THEN.month}月${THEN.day}日 23:59:59 的内容`, old, firm.issuer]) expect(said).toContain(bare(own));
  for (const own of ["4321人", "示例发证机关甲"]) expect(said).not.toContain(own);
  await openTab(page.getByRole("tab", { name: "档案内容" }));
  await expect(page.getByText("4,321")).toHaveCount(0);

  // the file goes on changing; the same day printed again on a phone is the same bytes
  await change(page, 4_322, "示例发证机关乙");
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai", hasTouch: true });
  const phone = await context.newPage();
  await signIn(phone, system, "county-clerk", system.password("county-clerk"));
  await phone.goto(`${place}?tab=archive`);
  await pick(phone, "archive-month-calendar-phone");
  await fitsItsScreen(phone);
  await phone.screenshot({ path: "shots/archive-month-phone.png", fullPage: true });
  expect((await print(phone)).equals(first)).toBe(true);
  await context.close();

  // before the trail began there was no file
  await page.goto(`${place}?tab=archive&as_of=${new Date(Date.now() - (DAYS + 2) * 86_400_000).toISOString()}`);
  await expect(page.getByText("那一天还没有这家企业的档案")).toBeVisible();

  // the old trail is sealed like any other, and the chain holds
  await expect(async () => {
    const told = execFileSync(PROGRAM, ["audit", "verify"], { env: { ...process.env, ...within(dirname(system.database)) } }).toString();
    expect(told).toContain("留痕完整，没有被改动。");
    expect(Number(/已验证 \d+ 批、(\d+) 条/.exec(told)?.[1])).toBeGreaterThan(7_000);
  }).toPass();
});
