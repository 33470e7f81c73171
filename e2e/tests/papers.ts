/** Papers as they are printed. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Locator, type Page, expect } from "@playwright/test";

/** Opens the PDF that a link leads to: it says all of these. */
export async function printed(page: Page, link: Locator, ...says: string[]): Promise<void> {
  await expect(link).toBeVisible();
  const href = (await link.getAttribute("href")) ?? "";
  const answer = await page.request.get(new URL(href, page.url()).href);
  expect(answer.status()).toBe(200);
  const folder = mkdtempSync(join(tmpdir(), "anjian-paper-"));
  try {
    const file = join(folder, "paper.pdf");
    writeFileSync(file, await answer.body());
    const bare = (text: string) => text.replace(/\s/g, "");
    const text = bare(execFileSync("pdftotext", ["-raw", file, "-"]).toString());
    for (const own of says) expect(text).toContain(bare(own));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
