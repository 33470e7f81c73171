import { createHash } from "node:crypto";

import react from "@vitejs/plugin-react";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";

/** The server that answers /api while developing. */
const server = process.env.ANJIAN_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    react(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      injectRegister: false,
      includeManifestIcons: false,
      injectManifest: {
        globPatterns: ["**/*.{js,css,svg,png}"],
        globIgnores: ["outlines/**"],
        maximumFileSizeToCacheInBytes: 6_000_000,
        // the page itself has no address of its own in the build: the server gives it for every place of the application
        manifestTransforms: [
          (files) => {
            const revision = createHash("sha256").update(files.map((file) => `${file.url} ${file.revision ?? ""}`).join()).digest("hex");
            return { manifest: [...files, { url: "/", revision, size: 0 }], warnings: [] };
          },
        ],
      },
      manifest: {
        id: "/field",
        name: "安监 · 安全生产监督管理信息系统",
        short_name: "安监",
        description: "带着企业档案去现场，没有网络也能办。",
        lang: "zh-CN",
        start_url: "/field",
        scope: "/",
        display: "standalone",
        theme_color: "#17508f",
        background_color: "#f3f5f8",
        icons: [
          { src: "/icon.svg", sizes: "any", type: "image/svg+xml" },
          { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any maskable" },
        ],
      },
    }),
  ],
  server: { proxy: { "/api": { target: server, changeOrigin: false } } },
  preview: { proxy: { "/api": { target: server, changeOrigin: false } } },
  build: { chunkSizeWarningLimit: 900 },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
