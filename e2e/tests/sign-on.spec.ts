import type { Server } from "node:http";

import { expect } from "@playwright/test";
import Provider from "oidc-provider";

import { type System, fitsItsScreen, freePort, signIn, start, test } from "./system";

let system: System;
let provider: Server;

test.beforeAll(async () => {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  system = await start("demo", async (url) => {
    const client = { client_id: "anjian", client_secret: "anjian-at-the-provider", redirect_uris: [`${url}/sign-on`], post_logout_redirect_uris: [`${url}/`] };
    await new Promise<void>((ready) => {
      provider = new Provider(issuer, { clients: [client], cookies: { keys: ["of a test"] } }).listen(port, "127.0.0.1", ready);
    });
    return { ANJIAN_OIDC_ISSUER: issuer, ANJIAN_OIDC_CLIENT: client.client_id, ANJIAN_OIDC_SECRET: client.client_secret, ANJIAN_OIDC_NAME: "市统一认证平台", ANJIAN_URL: url };
  });
});
test.afterAll(async () => {
  await system.stop();
  provider.closeAllConnections();
  provider.close();
});

test("somebody binds the account to the provider, signs in by it and out of it", async ({ page }) => {
  await page.goto(system.url);
  const byProvider = page.getByRole("button", { name: "用市统一认证平台登录" });
  await expect(byProvider).toBeVisible();
  await page.screenshot({ path: "shots/sign-in.png" });
  await page.setViewportSize({ width: 390, height: 844 });
  await fitsItsScreen(page);
  await page.screenshot({ path: "shots/sign-in-phone.png" });
  await page.setViewportSize({ width: 1440, height: 900 });

  // nobody is bound to the subject yet
  await byProvider.click();
  await atTheProvider(page);
  await expect(page.getByText("还没有与本系统的账号绑定")).toBeVisible();
  await page.screenshot({ path: "shots/sign-on-unknown.png" });
  await page.getByRole("button", { name: /返\s*回/ }).click();

  await signIn(page, system, "city-leader", system.password("city-leader"));
  await page.getByRole("link", { name: "账号安全" }).click();
  await page.getByRole("button", { name: /绑\s*定/ }).click();
  await expect(page.getByText("登录时可以直接用市统一认证平台")).toBeVisible();
  await page.getByText("登录时可以直接用市统一认证平台").scrollIntoViewIfNeeded();
  await page.screenshot({ path: "shots/bound.png" });
  await page.setViewportSize({ width: 390, height: 844 });
  await fitsItsScreen(page);
  await page.getByText("登录时可以直接用市统一认证平台").scrollIntoViewIfNeeded();
  await page.screenshot({ path: "shots/bound-phone.png" });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.context().clearCookies({ domain: "127.0.0.1", name: "anjian_session" });

  await page.goto(system.url);
  await byProvider.click();
  await expect(page.getByRole("heading", { name: "概览" })).toBeVisible();
  await expect(page.getByText("郑局长")).toBeVisible();
  await page.getByRole("button", { name: "我的账号" }).click();
  await page.getByRole("menuitem", { name: "退出登录" }).click();
  await page.getByRole("button", { name: /sign me out/i }).click();
  await expect(byProvider).toBeVisible();
  await byProvider.click();
  await expect(page.getByPlaceholder("Enter any login")).toBeVisible();
});

/** Signs in at the provider and allows it to say who one is. */
async function atTheProvider(page: import("@playwright/test").Page): Promise<void> {
  await page.getByPlaceholder("Enter any login").fill("zheng-juzhang");
  await page.getByPlaceholder("and password").fill("anything");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}
