import { describe, expect, it } from "vitest";
import { move, stepTime, wanted } from "../src/lib/playback/ahead";
import { gapAt, START, step, type Effect, type Event, type Model } from "../src/lib/playback/machine";

const FROM = Date.parse("2026-11-21T19:10:00.000Z");
const INIT =
  '{"type":"init","mime":"video/mp4; codecs=\\"avc1.64001f\\"","width":1920,"height":1080,"run":"r1","profile":"main","utc":"2026-11-21T19:10:00.000Z","codec":"h264"}';
const GAP =
  '{"type":"gap","from":"2026-11-21T19:12:00.000Z","to":"2026-11-21T19:18:00.000Z","cause":"unreachable"}';

function run(events: Event[], from: Model = START): { model: Model; effects: Effect[] } {
  let model = from;
  const effects: Effect[] = [];
  for (const event of events) {
    const [next, more] = step(model, event);
    model = next;
    effects.push(...more);
  }
  return { model, effects };
}
const text = (said: string): Event => ({ on: "text", text: said });
const binary: Event = { on: "binary", bytes: new ArrayBuffer(8) };
const OPEN: Event[] = [{ on: "open", from: FROM }, text(INIT), binary, binary];

describe("the past", () => {
  it("opens and plays", () => {
    const { model, effects } = run([...OPEN, { on: "shown" }]);
    expect(effects.map((effect) => effect.do)).toEqual(["open", "begin", "append"]);
    expect(model.phase.is).toBe("ready");
  });
  it("remembers gaps and their cause", () => {
    const { model } = run([...OPEN, text(GAP)]);
    expect(gapAt(model.gaps, Date.parse("2026-11-21T19:13:00.000Z"))?.cause).toBe("unreachable");
    expect(gapAt(model.gaps, Date.parse("2026-11-21T19:18:00.000Z"))).toBeNull();
  });
  it("ends where the recording ends", () => {
    const { model } = run([...OPEN, { on: "shown" }, text('{"type":"end"}'), { on: "dry" }]);
    expect(model.phase.is).toBe("ended");
  });
  it("ends at once where nothing comes", () => {
    expect(run([{ on: "open", from: FROM }, text(GAP), text('{"type":"end"}')]).model.phase.is).toBe("ended");
  });
  it("is not dry before anything has come", () => {
    expect(run([...OPEN, { on: "dry" }]).model.phase.is).toBe("opening");
  });

  it("buffers when dry, and goes on", () => {
    const dry = run([...OPEN, { on: "shown" }, { on: "dry" }]).model;
    expect(dry.phase.is).toBe("buffering");
    expect(run([{ on: "shown" }], dry).model.phase.is).toBe("ready");
  });
  it("reopens a lost socket, but not after the end", () => {
    const gone: Event = { on: "lost", code: 1006, reason: "", now: 0, random: 0 };
    expect(run([...OPEN, gone]).effects.at(-1)?.do).toBe("reopen");
    expect(run([...OPEN, text('{"type":"end"}'), gone]).effects.at(-1)?.do).toBe("append");
  });
  it("is told no", () => {
    const no: Event = { on: "lost", code: 4404, reason: "no such camera", now: 0, random: 0 };
    expect(run([{ on: "open", from: FROM }, no]).model.phase).toEqual({
      is: "refused",
      why: "no such camera",
    });
  });
});

describe("moving ahead", () => {
  const ranges = [
    { start: 0, end: 10 },
    { start: 370, end: 375 },
  ];
  it("plays within a range", () => expect(move(5, ranges)).toEqual({ do: "play" }));
  it("leaps over a hole", () => {
    expect(move(9.95, ranges)).toEqual({ do: "leap", to: 370 });
    expect(move(100, ranges)).toEqual({ do: "leap", to: 370 });
  });
  it("starts at the first picture", () =>
    expect(move(0, [{ start: 0.8, end: 4 }])).toEqual({ do: "leap", to: 0.8 }));
  it("runs dry behind the last one", () => expect(move(380, ranges)).toEqual({ do: "dry" }));
  it("wants more the faster it plays", () => {
    expect(wanted(10, 0.25)).toBe(18);
    expect(wanted(10, 4)).toBe(42);
    expect(wanted(10, 16)).toBe(100);
  });
  it("steps to the middle of the next picture", () => {
    expect(stepTime(1.0, 25, 1) * 25).toBeCloseTo(26.5);
    expect(stepTime(26.5 / 25, 25, 1) * 25).toBeCloseTo(27.5);
    expect(stepTime(26.5 / 25, 25, -1) * 25).toBeCloseTo(25.5);
  });
});
