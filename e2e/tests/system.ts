/** The real program on a database of its own, and people at its screens. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { type BrowserContext, type Locator, type Page, expect, test as base } from "@playwright/test";

export const PROGRAM = resolve(process.env["ANJIAN_PROGRAM"] ?? "../target/debug/anjian");
/** The file beside a filled city that holds what the program printed when it filled it, passwords among it. */
export const SAID = "said.txt";

/** What tells the program to keep everything in a folder. */
export const within = (folder: string) => ({ ANJIAN_DATA: folder, DATABASE_URL: `sqlite://${join(folder, "anjian.db")}`, RUST_LOG: "warn" });

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => done(port));
    });
  });
}

/** A test in which the browser refuses nothing of ours for the policy of the page: what it refuses, people do not see. */
export const test = base.extend<{ policy: void }>({
  policy: [
    async ({ browser }, use) => {
      const refused: string[] = [];
      const made = browser.newContext.bind(browser);
      const watched = (context: BrowserContext) => {
        context.on("console", (said) => {
          if (/Content Security Policy/.test(said.text())) refused.push(`${said.text()} ${said.location().url}`);
        });
        return context;
      };
      browser.newContext = async (options) => watched(await made(options));
      await use();
      browser.newContext = made;
      expect(refused).toEqual([]);
    },
    { auto: true },
  ],
});

export interface System {
  url: string;
  /** Its database, for what only time could do. */
  database: string;
  /** All that the program has printed. */
  said: () => string;
  /** The password the demonstration printed for a login. */
  password: (login: string) => string;
  /** Kills it, lets its folder be put as it is to be found, and starts it again at the same address. */
  again: (between: (folder: string) => void) => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * Starts `anjian serve` on an empty folder, or `anjian demo` on a copy of the filled city; `settings` may say more by its address, and
 * `before` may do to the database of the copy what only time could do before the program comes to it.
 */
export async function start(
  command: "serve" | "demo",
  settings: (url: string) => Promise<Record<string, string>> = async () => ({}),
  before: (database: string) => void = () => undefined,
): Promise<System> {
  const folder = mkdtempSync(join(tmpdir(), "anjian-e2e-"));
  const filled = command === "demo" ? process.env["ANJIAN_FILLED"] : undefined;
  if (filled) cpSync(filled, folder, { recursive: true });
  before(join(folder, "anjian.db"));
  const port = await freePort();
  const more = await settings(`http://127.0.0.1:${port}`);
  let text = filled ? readFileSync(join(filled, SAID), "utf8") : "";
  const run = async (): Promise<ChildProcess> => {
    let own = "";
    const program = spawn(PROGRAM, [command, "--listen", `127.0.0.1:${port}`], {
      env: { ...process.env, ...within(folder), ANJIAN_MQTT: "off", ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const hear = (piece: Buffer) => {
      own += piece.toString();
      text += piece.toString();
    };
    program.stdout.on("data", hear);
    program.stderr.on("data", hear);
    await expect.poll(() => own, { timeout: 120_000 }).toContain("安监已启动");
    return program;
  };
  let program = await run();
  return {
    url: `http://127.0.0.1:${port}`,
    database: join(folder, "anjian.db"),
    said: () => text,
    password: (login) => new RegExp(`^${login}\\s+(\\S+)`, "m").exec(text)?.[1] ?? "",
    again: async (between) => {
      const ended = once(program, "exit");
      program.kill("SIGKILL");
      await ended;
      between(folder);
      program = await run();
    },
    stop: () =>
      new Promise((done) => {
        program.once("exit", () => {
          rmSync(folder, { recursive: true, force: true });
          done();
        });
        program.kill("SIGTERM");
        // open event streams keep a graceful stop waiting
        setTimeout(() => program.kill("SIGKILL"), 2_000).unref();
      }),
  };
}

export async function signIn(page: Page, system: System, login: string, password: string): Promise<void> {
  await page.goto(system.url);
  await page.getByLabel("登录名").fill(login);
  await page.getByLabel("密码").fill(password);
  // by its type: single sign-on has a button of that word too, and a busy button's name says so
  const button = page.locator("button[type=submit]", { hasText: /登\s*录/ });
  await button.click();
  await expect(button).toBeHidden();
}

/** The code an authenticator app shows for a secret in base 32 (RFC 6238), `steps` half minutes from now. */
export function totp(secret: string, steps = 0): string {
  const bits = [...secret].map((sign) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(sign).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac("sha1", key).update(counter).digest();
  const number = hash.readUInt32BE((hash[19] ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** An administrator's first sign-in: the picture, the secret beside it, and the first code. Answers the secret. */
export async function enrol(page: Page): Promise<string> {
  await expect(page.getByRole("heading", { name: "启用动态口令" })).toBeVisible();
  await expect(page.locator(".ant-qrcode canvas, .ant-qrcode svg")).toBeVisible();
  const secret = (await page.locator(".gate-card code").textContent()) ?? "";
  await page.getByLabel(/6 位动态口令/).fill(totp(secret));
  await page.getByRole("button", { name: "启用动态口令" }).click();
  return secret;
}

/** A page that needs more width than the screen has makes people drag it about. Waits until the page has laid itself anew after a change of the screen's width. */
export async function fitsItsScreen(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(1);
}

/** Opens a tab, whose row may still be laying itself out when it is asked for. */
export async function openTab(tab: Locator): Promise<void> {
  await expect(async () => {
    await tab.click({ timeout: 2_000 });
    await expect(tab).toHaveAttribute("aria-selected", "true", { timeout: 1_000 });
  }).toPass();
}

/** What the first administrator says of themselves and of the city, beside the token. */
export async function fillSetUp(page: Page): Promise<void> {
  await page.getByLabel("管理员姓名").fill("林授权");
  await page.getByLabel("登录名").fill("lin");
  await page.getByLabel("密码").fill("Jin-Sha-Lu-2026");
  await page.locator(".ant-select").first().click();
  await page.getByText("广东省", { exact: true }).click();
  await page.getByText("汕头市", { exact: true }).click();
  await page.keyboard.press("Escape");
}

/** Makes the person of the open drawer a clerk of the whole city. */
export async function grantClerk(page: Page): Promise<void> {
  const drawer = page.locator(".ant-drawer");
  await drawer.locator(".ant-select").first().click();
  await page.getByTitle("业务人员").click();
  await drawer.getByRole("button", { name: /授\s*予/ }).click();
  await expect(drawer.getByText("业务人员").first()).toBeVisible();
}

/** Fills in the change of a password that was given once. */
export async function fillNewPassword(page: Page, once: string, own: string): Promise<void> {
  await page.getByLabel("原密码").fill(once);
  await page.getByLabel("新密码", { exact: true }).fill(own);
  await page.getByLabel("再输一次新密码").fill(own);
}
