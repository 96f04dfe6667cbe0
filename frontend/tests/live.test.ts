import { describe, expect, it } from "vitest";
import { Cushion, decide } from "../src/lib/live/edge";
import { backoff, START, step, type Effect, type Event, type Model } from "../src/lib/live/machine";

/** Messages as the server sent them. */
const STATE = '{"type":"state","state":"running","reason":null,"since":"2026-11-22T11:00:00.000Z"}';
const SILENT =
  '{"type":"state","state":"silent","reason":"no packets for 10 s","since":"2026-11-22T11:05:00.000Z"}';
const INIT =
  '{"type":"init","mime":"video/mp4; codecs=\\"avc1.64001f\\"","width":1920,"height":1080,"run":"r1","profile":"main","utc":"2026-11-22T11:00:00.000Z","codec":"h264"}';
const STILLS = '{"type":"stills","reason":"This browser plays neither H.264 nor H.265 video."}';

const bytes = (length: number): ArrayBuffer => new ArrayBuffer(length);
const lost = (code = 1006, online = true): Event => ({
  on: "lost",
  code,
  reason: "",
  now: 0,
  random: 0.5,
  online,
});

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
const binary = (length: number): Event => ({ on: "binary", bytes: bytes(length) });
const JOIN: Event[] = [{ on: "start" }, { on: "opened" }, text(STATE), text(INIT), binary(700), binary(9000)];

describe("the life of a live picture", () => {
  it("joins, begins and appends", () => {
    const { model, effects } = run(JOIN);
    expect(effects.map((effect) => effect.do)).toEqual(["open", "begin", "append"]);
    expect(model.phase.is).toBe("joining");
    expect(run([{ on: "shown" }], model).model.phase.is).toBe("playing");
  });
  it("begins again within a socket when the run changes", () => {
    const { effects } = run([...JOIN, { on: "shown" }, text(INIT), binary(701), binary(9001)]);
    expect(effects.map((effect) => effect.do)).toEqual(["open", "begin", "append", "begin", "append"]);
  });
  it("knows why the camera is away", () => {
    const { model } = run([...JOIN, { on: "shown" }, text(SILENT), { on: "stalled" }]);
    expect(model.phase.is).toBe("stalled");
    expect(model.camera).toEqual({
      state: "silent",
      reason: "no packets for 10 s",
      since: "2026-11-22T11:05:00.000Z",
    });
  });
  it("paints pictures where no video can be played", () => {
    const { model, effects } = run([{ on: "start" }, { on: "opened" }, text(STILLS), binary(10)]);
    expect(model.phase).toEqual({ is: "stills" });
    expect(model.instead?.reason).toBe("This browser plays neither H.264 nor H.265 video.");
    expect(effects.at(-1)?.do).toBe("paint");
  });
  it("tries again soon at first, then ever later", () => {
    const first = run([...JOIN, lost()]);
    expect(first.model.phase).toEqual({ is: "retrying", at: 200, why: "lost" });
    const third = run([{ on: "retry" }, lost(), { on: "retry" }, lost()], first.model);
    expect(third.model.attempt).toBe(3);
    expect(
      third.effects.filter((effect) => effect.do === "wait").map((e) => e.do === "wait" && e.ms),
    ).toEqual([backoff(2, 0.5), backoff(3, 0.5)]);
  });
  it("counts attempts anew once a picture was shown", () => {
    const again = run([lost(), { on: "retry" }, ...JOIN.slice(1), { on: "shown" }], run(JOIN).model);
    expect(again.model.attempt).toBe(0);
  });
  it("says that the device is offline", () => {
    expect(run([...JOIN, lost(1006, false)]).model.phase).toMatchObject({ is: "retrying", why: "offline" });
  });
  it("returns at once when the network does", () => {
    const { model, effects } = run([...JOIN, lost(), { on: "seen" }]);
    expect(model.phase.is).toBe("connecting");
    expect(effects.at(-1)).toEqual({ do: "open" });
  });
  it("does not hurry where it was refused", () => {
    const { model, effects } = run([...JOIN, { ...lost(4401), reason: "not yours" } as Event]);
    expect(model.phase).toEqual({ is: "refused", why: "not yours" });
    expect(effects.at(-1)).toEqual({ do: "wait", ms: 15_000 });
  });
  it("sleeps while hidden and joins again when seen", () => {
    const asleep = run([...JOIN, { on: "hidden" }]);
    expect(asleep.model.phase.is).toBe("asleep");
    expect(asleep.effects.at(-1)).toEqual({ do: "disconnect" });
    expect(run([{ on: "seen" }], asleep.model).effects).toEqual([{ do: "open" }]);
  });
  it("starts the stream anew when the decoder gave up", () => {
    const { effects } = run([...JOIN, { on: "broken" }]);
    expect(effects.slice(-2).map((effect) => effect.do)).toEqual(["disconnect", "wait"]);
  });
  it.each(["", "{", "[]", "null", '{"type":"init"}', '{"type":"state","state":"odd"}', '{"type":7}'])(
    "survives %j",
    (said) => {
      const before = run(JOIN).model;
      expect(run([text(said)], before)).toEqual({ model: before, effects: [] });
    },
  );
  it("ignores bytes before it knows what they are", () => {
    expect(run([{ on: "start" }, { on: "opened" }, binary(4)]).effects).toEqual([{ do: "open" }]);
  });
});

describe("the live edge", () => {
  const base = { cushion: 0.35, settling: false, rate: 1 };
  const one = [{ start: 0, end: 10 }];
  it("waits for the first picture", () =>
    expect(decide({ ...base, at: 0, ranges: [] })).toEqual({ do: "wait" }));
  it("jumps to the edge on joining", () =>
    expect(decide({ ...base, at: 8.5, ranges: one, settling: true })).toEqual({ do: "jump", to: 9.65 }));
  it("catches up gently", () => {
    expect(decide({ ...base, at: 9.4, ranges: one })).toEqual({ do: "play", rate: 1.05 });
    expect(decide({ ...base, at: 8.9, ranges: one })).toEqual({ do: "play", rate: 1.1 });
    expect(decide({ ...base, at: 9.6, ranges: one })).toEqual({ do: "play", rate: 1 });
  });
  it("jumps when far behind", () =>
    expect(decide({ ...base, at: 7.9, ranges: one })).toEqual({ do: "jump", to: 9.65 }));
  it("jumps over a gap", () => {
    const two = [...one, { start: 11, end: 11.2 }];
    expect(decide({ ...base, at: 9.95, ranges: two })).toEqual({ do: "jump", to: 11 });
    expect(decide({ ...base, at: 10.4, ranges: two })).toEqual({ do: "jump", to: 11 });
  });
  it("comes back from beyond the end", () =>
    expect(decide({ ...base, at: 12, ranges: one })).toEqual({ do: "jump", to: 9.65 }));
  it("lets the cushion grow with stalls and shrink in calm", () => {
    const cushion = new Cushion();
    for (let n = 0; n < 20; n++) cushion.stalled(n);
    expect(cushion.seconds).toBe(Cushion.MOST_S);
    for (let now = 20; now < 1000; now++) cushion.calm(now);
    expect(cushion.seconds).toBeCloseTo(Cushion.LEAST_S);
  });
});
