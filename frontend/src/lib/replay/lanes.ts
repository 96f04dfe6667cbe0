/** Paints one camera's lane of the common timeline: what is recorded, what is missing, what happened. */
import { hatchHole, type Ink } from "../timeline/draw";
import { xOf, type View } from "../timeline/scale";
import { within, type Footage, type Stretch } from "../timeline/spans";

export interface LaneScene {
  view: View;
  width: number;
  height: number;
  ratio: number;
  footage: Footage;
  /** What was seen, and what alarms were raised about. */
  seen: readonly Stretch[];
  alarms: readonly Stretch[];
  marks: readonly number[];
  now: number;
  ink: Ink;
}

export function drawLane(context: CanvasRenderingContext2D, scene: LaneScene): void {
  const { view, width, height, ratio, footage, ink } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.fillStyle = ink.sunken;
  context.fillRect(0, 0, width, height);
  for (const hole of within(footage.holes, view.from, view.to)) {
    const from = Math.max(0, xOf(view, width, hole.from));
    const wide = Math.max(1.5, Math.min(width, xOf(view, width, hole.to)) - from);
    hatchHole(context, hole.cause, ink, from, 0, wide, height);
  }
  context.fillStyle = ink.footage;
  for (const span of within(footage.spans, view.from, view.to)) {
    const from = Math.max(0, xOf(view, width, span.from));
    context.fillRect(from, 3, Math.max(1, Math.min(width, xOf(view, width, span.to)) - from), height - 6);
  }
  ticks(context, scene, scene.seen, ink.paper, height * 0.45, height * 0.3);
  ticks(context, scene, scene.alarms, ink.dead, 1, height - 2);
  context.fillStyle = ink.ink;
  for (const mark of scene.marks) {
    const x = xOf(view, width, mark);
    context.beginPath();
    context.moveTo(x - 5, 0);
    context.lineTo(x + 5, 0);
    context.lineTo(x, 8);
    context.fill();
    context.fillRect(x - 0.5, 0, 1, height);
  }
  const x = xOf(view, width, scene.now);
  if (x < width) {
    context.fillStyle = ink.paper;
    context.fillRect(Math.max(0, x), 0, width, height);
  }
}

function ticks(
  context: CanvasRenderingContext2D,
  { view, width }: LaneScene,
  ...[stretches, colour, top, high]: [readonly Stretch[], string, number, number]
): void {
  context.fillStyle = colour;
  for (const { from, to } of stretches) {
    const x = xOf(view, width, from);
    if (x > width || to < view.from) continue;
    context.fillRect(x, top, Math.max(2, xOf(view, width, to) - x), high);
  }
}
