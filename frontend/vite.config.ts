import { cpSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createRequire } from "node:module";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const assets = resolve(import.meta.dirname, "../src/ronda/web/assets");
const require = createRequire(import.meta.url);

/** The API's own pages are served without a CDN: copy their two files beside ours. */
function swagger() {
  return {
    name: "ronda-swagger",
    apply: "build" as const,
    closeBundle() {
      const from = dirname(require.resolve("swagger-ui-dist/package.json"));
      mkdirSync(join(assets, "swagger"), { recursive: true });
      for (const file of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
        cpSync(join(from, file), join(assets, "swagger", file));
      }
    },
  };
}

export default defineConfig({
  plugins: [svelte(), swagger()],
  build: {
    outDir: assets,
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    sourcemap: false,
  },
  server: {
    proxy: {
      "/api": process.env["RONDA_SERVER"] ?? "http://127.0.0.1:8000",
      "/media": { target: process.env["RONDA_SERVER"] ?? "http://127.0.0.1:8000", ws: true },
    },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
