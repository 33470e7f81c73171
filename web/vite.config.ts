import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** The server that answers /api while developing. */
const server = process.env.ANJIAN_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/api": { target: server, changeOrigin: false } } },
  preview: { proxy: { "/api": { target: server, changeOrigin: false } } },
  build: { chunkSizeWarningLimit: 900 },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
