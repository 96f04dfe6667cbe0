/** Paints the timeline: recorded stretches solid, gaps in a pattern and a colour of their cause, with their name. */
import type { GapCause } from "../api/types";
import { day, shortClock, clock, type Language } from "../time/words";
import { DAY, MINUTE, ticks, xOf, type View } from "./scale";
import { within, type Footage, type Held, type Stretch } from "./spans";

export interface Ink {
  ink: string;
  quiet: string;
  line: string;
  paper: string;
  sunken: string;
  footage: string;
  alive: string;
  waiting: string;
  dead: string;
}

export interface Scene {
  view: View;
  width: number;
  height: number;
  ratio: number;
  footage: Footage;
  holds: readonly Held[];
  /** What is still at the recorder, and what is on its way here. */
  atSite: readonly Stretch[];
  coming: readonly Stretch[];
  now: number;
  /** ms that the zone is ahead of UTC. */
  offset: number;
  zone: string;
  language: Language;
  cause: Record<GapCause, string>;
  ink: Ink;
}

export const RULER_PX = 26;

type Pattern = "slant" | "cross" | "dots" | "bars" | "none";

const LOOK: Record<GapCause, { tone: "dead" | "waiting" | "quiet"; pattern: Pattern }> = {
  unreachable: { tone: "dead", pattern: "slant" },
  credentials: { tone: "dead", pattern: "cross" },
  silent: { tone: "dead", pattern: "dots" },
  "disk-full": { tone: "waiting", pattern: "bars" },
  "disk-slow": { tone: "waiting", pattern: "slant" },
  "disk-failed": { tone: "waiting", pattern: "cross" },
  "node-stopped": { tone: "quiet", pattern: "bars" },
  schedule: { tone: "quiet", pattern: "dots" },
  retention: { tone: "quiet", pattern: "none" },
  "deleted-by-order": { tone: "quiet", pattern: "cross" },
  unknown: { tone: "quiet", pattern: "slant" },
};

export function draw(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, ratio, ink } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.fillStyle = ink.sunken;
  context.fillRect(0, RULER_PX, width, height - RULER_PX);
  drawHoles(context, scene);
  drawSite(context, scene);
  drawSpans(context, scene);
  drawHolds(context, scene);
  drawFuture(context, scene);
  drawRuler(context, scene);
}

function drawSpans(context: CanvasRenderingContext2D, { view, width, height, footage, ink }: Scene): void {
  context.fillStyle = ink.footage;
  const top = RULER_PX + 8;
  for (const span of within(footage.spans, view.from, view.to)) {
    const from = Math.max(0, xOf(view, width, span.from));
    const to = Math.min(width, xOf(view, width, span.to));
    context.fillRect(from, top, Math.max(1, to - from), height - top - 8);
  }
}

/** Hollow: still at the recorder; hollow and slanted: on its way. */
function drawSite(
  context: CanvasRenderingContext2D,
  { view, width, height, atSite, coming, ink }: Scene,
): void {
  const top = RULER_PX + 8;
  const high = height - top - 8;
  for (const [stretches, pattern] of [
    [atSite, "none"],
    [coming, "slant"],
  ] as const) {
    for (const stretch of stretches) {
      const from = Math.max(0, xOf(view, width, stretch.from));
      const wide = Math.min(width, xOf(view, width, stretch.to)) - from;
      if (wide <= 0) continue;
      context.fillStyle = ink.sunken;
      context.fillRect(from, top, Math.max(2, wide), high);
      context.save();
      context.beginPath();
      context.rect(from, top, Math.max(2, wide), high);
      context.clip();
      if (pattern !== "none") hatch(context, pattern, ink.footage, from, top, wide, high);
      context.restore();
      context.strokeStyle = ink.footage;
      context.lineWidth = 2;
      context.strokeRect(from + 1, top + 1, Math.max(1, wide - 2), high - 2);
    }
  }
}

/** A bracket over what is kept. */
function drawHolds(context: CanvasRenderingContext2D, { view, width, holds, ink }: Scene): void {
  context.fillStyle = ink.ink;
  for (const hold of holds) {
    const from = xOf(view, width, hold.from);
    const to = Math.max(from + 3, xOf(view, width, hold.to));
    if (to < 0 || from > width) continue;
    context.fillRect(from, RULER_PX, to - from, 4);
    context.fillRect(from, RULER_PX, 2, 12);
    context.fillRect(to - 2, RULER_PX, 2, 12);
  }
}

function drawHoles(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, height, footage, ink, cause } = scene;
  const top = RULER_PX;
  for (const hole of within(footage.holes, view.from, view.to)) {
    const from = Math.max(0, xOf(view, width, hole.from));
    const wide = Math.max(1.5, Math.min(width, xOf(view, width, hole.to)) - from);
    const look = LOOK[hole.cause];
    const colour = ink[look.tone];
    context.save();
    context.beginPath();
    context.rect(from, top, wide, height - top);
    context.clip();
    hatch(context, look.pattern, colour, from, top, wide, height - top);
    if (wide > 40)
      label(context, cause[hole.cause], colour, ink.sunken, from, wide, top + (height - top) / 2);
    context.restore();
  }
}

/** Fills a place with the pattern of a cause. */
export function hatchHole(
  context: CanvasRenderingContext2D,
  ...[cause, ink, x, y, wide, high]: [GapCause, Ink, number, number, number, number]
): void {
  const look = LOOK[cause];
  context.save();
  context.beginPath();
  context.rect(x, y, wide, high);
  context.clip();
  hatch(context, look.pattern, ink[look.tone], x, y, wide, high);
  context.restore();
}

function hatch(
  context: CanvasRenderingContext2D,
  ...[pattern, colour, x, y, wide, high]: [Pattern, string, number, number, number, number]
): void {
  if (wide < 6 && pattern !== "none") {
    context.fillStyle = colour;
    context.fillRect(x, y, wide, high);
    return;
  }
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  const first = Math.floor(x / 8) * 8;
  if (pattern === "slant" || pattern === "cross") {
    for (let at = first - high; at < x + wide; at += 8) {
      context.moveTo(at, y + high);
      context.lineTo(at + high, y);
      if (pattern === "cross") {
        context.moveTo(at, y);
        context.lineTo(at + high, y + high);
      }
    }
  }
  if (pattern === "bars") {
    for (let at = y + 4; at < y + high; at += 8) {
      context.moveTo(x, at);
      context.lineTo(x + wide, at);
    }
  }
  context.stroke();
  if (pattern === "dots") {
    for (let at = first; at < x + wide; at += 8) {
      for (let down = y + 4; down < y + high; down += 8) context.fillRect(at, down, 2, 2);
    }
  }
}

function label(
  context: CanvasRenderingContext2D,
  ...[text, colour, ground, x, wide, y]: [string, string, string, number, number, number]
): void {
  context.font = '600 12px "Plus Jakarta Sans Variable", sans-serif';
  const length = context.measureText(text).width;
  if (length + 16 > wide) return;
  context.fillStyle = ground;
  context.fillRect(x + (wide - length) / 2 - 6, y - 10, length + 12, 20);
  context.fillStyle = colour;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x + wide / 2, y + 1);
}

function drawFuture(context: CanvasRenderingContext2D, { view, width, height, now, ink }: Scene): void {
  const x = xOf(view, width, now);
  if (x >= width) return;
  context.fillStyle = ink.paper;
  context.fillRect(Math.max(0, x), RULER_PX, width, height);
  context.fillStyle = ink.alive;
  if (x >= 0) context.fillRect(x - 1, RULER_PX, 2, height);
}

export type RulerScene = Pick<Scene, "view" | "width" | "ink" | "offset" | "zone" | "language">;

export function drawRuler(context: CanvasRenderingContext2D, scene: RulerScene): void {
  const { view, width, ink, offset, zone, language } = scene;
  const { step, at } = ticks(view, width, 84, offset);
  context.font = '500 12px "Plus Jakarta Sans Variable", sans-serif';
  context.textBaseline = "middle";
  for (const moment of at) {
    const x = xOf(view, width, moment);
    const midnight = (moment + offset) % DAY === 0;
    context.fillStyle = midnight ? ink.ink : ink.quiet;
    context.fillRect(x, RULER_PX - 6, 1, 6);
    context.textAlign = x < 40 ? "left" : x > width - 40 ? "right" : "center";
    const words = midnight ? day : step < MINUTE ? clock : shortClock;
    context.fillText(words(moment, language, zone), Math.min(width - 2, Math.max(2, x)), RULER_PX / 2 - 2);
  }
}
