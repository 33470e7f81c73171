/** The demonstration city, filled once for all tests: each starts on a copy of its own. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PROGRAM, SAID, within } from "./system";

export default function fill(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "anjian-filled-"));
  const env = { ...process.env, ...within(folder) };
  writeFileSync(join(folder, SAID), execFileSync(PROGRAM, ["demo", "--fill-only"], { env }));
  process.env["ANJIAN_FILLED"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
