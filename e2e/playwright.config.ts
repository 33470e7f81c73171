import { defineConfig } from "@playwright/test";

// Debian's Chromium, so that nothing is downloaded; a worker for each of the two cores of the machines that test
export default defineConfig({
  testDir: "tests",
  globalSetup: "./tests/filled.ts",
  // how long a slow machine may take before a test is called broken; speed is measured by the benchmarks, not here
  timeout: 360_000,
  expect: { timeout: 60_000 },
  workers: 2,
  forbidOnly: true,
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width: 1440, height: 900 },
    actionTimeout: 60_000,
    // a list that still slides in is clicked where it was: the browser asks for stillness, as people may
    contextOptions: { reducedMotion: "reduce" },
    // a picture of every moment would take the processor from what is tested
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: { executablePath: process.env["ANJIAN_CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] },
  },
});
