/** Papers as they are printed. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Locator, type Page, expect } from "@playwright/test";

/** A text without its spaces and ends of lines, which a PDF sets where its lines are full. */
export const bare = (text: string) => text.replace(/\s/g, "");

/** What a PDF says, bare. */
export function text(pdf: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), "anjian-paper-"));
  try {
    const file = join(folder, "paper.pdf");
    writeFileSync(file, pdf);
    return bare(execFileSync("pdftotext", ["-raw", file, "-"]).toString());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens the PDF that a link leads to: it says all of these. */
export async function printed(page: Page, link: Locator, ...says: string[]): Promise<void> {
  await expect(link).toBeVisible();
  const href = (await link.getAttribute("href")) ?? "";
  const answer = await page.request.get(new URL(href, page.url()).href);
  expect(answer.status()).toBe(200);
  const said = text(await answer.body());
  for (const own of says) expect(said).toContain(bare(own));
}
