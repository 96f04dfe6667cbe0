/** Where a build writes, and where its pages are served from once they are whole. */
import { resolve } from "node:path";

/** A place of this build alone: two at once are not in each other's way. */
export const MADE = resolve(import.meta.dirname, "dist", String(process.pid));
export const ASSETS = resolve(import.meta.dirname, "../src/ronda/web/assets");
