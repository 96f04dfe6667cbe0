import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createRequire } from "node:module";
import { build } from "vite";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { ASSETS, MADE } from "./places";

const require = createRequire(import.meta.url);

/** The API's own pages are served without a CDN: copy their two files beside ours. */
function swagger() {
  return {
    name: "ronda-swagger",
    apply: "build" as const,
    closeBundle() {
      const from = dirname(require.resolve("swagger-ui-dist/package.json"));
      mkdirSync(join(MADE, "swagger"), { recursive: true });
      for (const file of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
        cpSync(join(from, file), join(MADE, "swagger", file));
      }
    },
  };
}

/** The page that strangers verify exports with is one file of its own, made along with the others. */
function verifier() {
  return {
    name: "ronda-verifier",
    apply: "build" as const,
    async closeBundle() {
      await build({ configFile: resolve(import.meta.dirname, "verify.config.ts") });
    },
  };
}

/** Put the pages in the old ones' place once all are made: a server that runs meanwhile never lacks any. */
function exchanged() {
  return {
    name: "ronda-exchanged",
    apply: "build" as const,
    closeBundle: {
      order: "post" as const,
      sequential: true,
      handler() {
        const old = `${MADE}.old`;
        if (existsSync(ASSETS)) renameSync(ASSETS, old);
        renameSync(MADE, ASSETS);
        rmSync(old, { recursive: true, force: true });
      },
    },
  };
}

const PORTAL = new RegExp(
  "/src/(pages/PortalPage|components/(portal/|Mark)|lib/(portal/|map/(base|sites|lettering)|api/public" +
    "|i18n/(portal|kinds)|search|state/stills))",
);

/** On a slow line every file costs a round trip: what the first page needs are few files, not many small ones. */
function chunkOf(id: string): string | undefined {
  if (id.includes("/node_modules/svelte/")) return "svelte";
  return PORTAL.test(id) ? "portal" : undefined;
}

export default defineConfig({
  plugins: [svelte(), swagger(), verifier(), exchanged()],
  build: {
    outDir: MADE,
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    sourcemap: false,
    rollupOptions: { output: { manualChunks: chunkOf } },
  },
  server: {
    proxy: {
      "/api": process.env["RONDA_SERVER"] ?? "http://127.0.0.1:8000",
      "/media": { target: process.env["RONDA_SERVER"] ?? "http://127.0.0.1:8000", ws: true },
    },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
