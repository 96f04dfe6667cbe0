import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sayInstead, sayWatching, type Watching } from "../src/lib/i18n/watching";
import { passes, untilAgain } from "../src/lib/live/instead";
import * as live from "../src/lib/live/machine";
import * as past from "../src/lib/playback/machine";
import { missingOf, takenAt } from "../src/lib/state/stills";

const text = (type: string, code: string): { on: "text"; text: string } => ({
  on: "text",
  text: JSON.stringify({ type, code, reason: `english of ${code}` }),
});
const lost = (code: number, reason = "") =>
  ({ on: "lost", code, reason, now: 0, random: 0.5, online: true }) as const;
const JOIN: live.Event[] = [{ on: "start" }, { on: "opened" }];

function run(events: live.Event[], from = live.START): { model: live.Model; effects: live.Effect[] } {
  let model = from;
  const effects: live.Effect[] = [];
  for (const event of events) {
    const [next, more] = live.step(model, event);
    model = next;
    effects.push(...more);
  }
  return { model, effects };
}
const waits = (effects: live.Effect[]): number[] =>
  effects.flatMap((effect) => (effect.do === "wait" ? [effect.ms] : []));

describe("what the server shows in place of video", () => {
  it("is the camera's still, and video again after about a minute", () => {
    const fallen = run([...JOIN, text("fallback", "crowded"), lost(4406, "cut")]);
    expect(fallen.model.phase.is).toBe("fallback");
    expect(fallen.model.instead).toEqual({ code: "crowded", reason: "english of crowded" });
    expect(waits(fallen.effects)[0]).toBeGreaterThan(45_000);
    const again = run([{ on: "retry" }, { on: "opened" }], fallen.model);
    expect(again.model.phase.is).toBe("joining");
    expect(again.model.instead?.code).toBe("crowded");
  });
  it("never comes back in a tight loop, however often it is turned away", () => {
    let { model } = run([...JOIN, text("fallback", "crowded"), lost(4406)]);
    for (let turn = 0; turn < 20; turn++) {
      const next = run([{ on: "retry" }, { on: "opened" }, text("fallback", "crowded"), lost(4406)], model);
      expect(Math.min(...waits(next.effects))).toBeGreaterThan(45_000);
      model = next.model;
    }
  });
  it("is shown also where the words are lost on the way, or the line is", () => {
    const wordless = run([...JOIN, lost(4406, "too many")]).model;
    expect(wordless.phase.is).toBe("fallback");
    expect(wordless.instead).toEqual({ code: "", reason: "too many" });
    expect(run([...JOIN, text("fallback", "delayed"), lost(1006)]).model.phase.is).toBe("fallback");
  });
  it("lasts where only another decision changes it", () => {
    expect(passes({ code: "without-people", reason: "" })).toBe(false);
    expect(passes({ code: "never-heard-of", reason: "" })).toBe(true);
    expect(untilAgain({ code: "stills-only", reason: "" }, 0)).toBe(300_000);
  });
  it("are pictures in the socket; video is asked for again where it may come back", () => {
    expect(waits(run([...JOIN, text("stills", "masks-busy")]).effects)).toEqual([120_000]);
    expect(waits(run([...JOIN, text("stills", "codec-h265")]).effects)).toEqual([]);
  });
  it("is forgotten once there is video", () => {
    const init = JSON.stringify({ type: "init", mime: "video/mp4" });
    const bytes = new ArrayBuffer(4);
    const { model } = run([
      ...JOIN,
      text("stills", "masks-busy"),
      { on: "retry" },
      { on: "opened" },
      { on: "text", text: init },
      { on: "binary", bytes },
      { on: "binary", bytes },
      { on: "shown" },
    ]);
    expect(model.phase.is).toBe("playing");
    expect(model.instead).toBeNull();
  });
  it("opens again at once where the camera is shown otherwise", () => {
    const { model, effects } = run([...JOIN, lost(1012)]);
    expect(model.phase.is).toBe("connecting");
    expect(waits(effects)).toEqual([200]);
  });
});

describe("what was withdrawn", () => {
  it("stays withdrawn while handshakes are refused, and is asked for seldom", () => {
    let { model, effects } = run([...JOIN, lost(4403)]);
    for (let turn = 0; turn < 5; turn++) {
      expect(model.phase.is).toBe("withdrawn");
      expect(waits(effects)[0]).toBeGreaterThanOrEqual(60_000);
      ({ model, effects } = run([{ on: "retry" }, lost(1006)], model));
    }
    expect(run([{ on: "retry" }, { on: "opened" }], model).model.phase.is).toBe("joining");
  });
  it("is not asked for because somebody comes back to the page soon", () => {
    expect(run([...JOIN, lost(4403), { on: "seen" }]).model.phase.is).toBe("withdrawn");
  });
});

describe("what is shown late", () => {
  const from = Date.parse("2026-11-21T19:10:00.000Z");
  const opened = past.step(past.START, { on: "open", from })[0];
  it("says it in the words of a live picture", () => {
    expect(past.asLive(opened)).toEqual({ is: "joining" });
    expect(past.asLive({ ...opened, phase: { is: "ended" } })).toEqual({ is: "fallback" });
    expect(past.asLive({ ...opened, phase: { is: "retrying", at: 7 } })).toMatchObject({ why: "lost" });
  });
  it("goes to the still where there is no past to show", () => {
    const [told] = past.step(opened, text("fallback", "stills-only"));
    const [ended, effects] = past.step(told, lost(4406));
    expect(ended.phase.is).toBe("fallback");
    expect(ended.instead?.code).toBe("stills-only");
    expect(effects).toEqual([]);
    expect(past.step(opened, lost(4403))).toEqual([{ ...opened, phase: { is: "withdrawn" } }, []]);
  });
});

describe("the sentences", () => {
  const source = readFileSync(join(import.meta.dirname, "../../src/ronda/media/delivery/reasons.py"), "utf8");
  const codes = [...source.matchAll(/Reason\(\s*"([a-z0-9-]+)"/g)].map(([, code]) => code ?? "");
  const all = [...codes, "codec-h264", "codec-h265", "past-h264", "past-h265"];
  const none = sayInstead({ code: "?", reason: "" }, "id");
  it("know every code of the server, in both languages", () => {
    expect(codes.length).toBeGreaterThan(8);
    for (const code of all) {
      const instead = { code, reason: "as the server says it" };
      expect(sayInstead(instead, "id"), code).not.toBe(none);
      expect(sayInstead(instead, "en"), code).not.toBe(instead.reason);
    }
    expect(sayInstead({ code: "new", reason: "As it is." }, "en")).toBe("As it is.");
  });
  it("end every wait with a reason", () => {
    const watching: Watching = {
      phase: { is: "joining" },
      instead: null,
      camera: null,
      waitingMs: 500,
      delayS: 0,
      online: true,
    };
    const camera = { state: "silent", reason: null, since: null } as const;
    expect(sayWatching(watching, "id")).toBe("Menyambung…");
    expect(sayWatching({ ...watching, waitingMs: 20_000 }, "id")).toContain("tidak menyala");
    expect(sayWatching({ ...watching, online: false }, "id")).toContain("tanpa jaringan");
    expect(sayWatching({ ...watching, camera }, "en")).toContain("sends no pictures");
    expect(sayWatching({ ...watching, phase: { is: "playing" }, delayS: 300 }, "id")).toBe(
      "Tertunda 5 menit.",
    );
    expect(sayWatching({ ...watching, phase: { is: "withdrawn" } }, "id")).toBe(
      "Kamera ini tidak lagi disiarkan.",
    );
  });
});

describe("a still that is not there", () => {
  const answer = (status: number, body: string): Response => new Response(body, { status });
  it("is being collected, or is not there, whatever else a proxy answers", async () => {
    const body = { state: "collecting", collected: 3, needed: 9 };
    expect(await missingOf(answer(503, JSON.stringify(body)))).toEqual({
      is: "collecting",
      collected: 3,
      needed: 9,
    });
    for (const odd of ["<html>", "null", "[]", '{"state":"collecting","collected":"3"}']) {
      expect(await missingOf(answer(503, odd))).toEqual({ is: "unreachable" });
    }
    expect(await missingOf(answer(502, ""))).toEqual({ is: "unreachable" });
    expect(await missingOf(answer(404, JSON.stringify(body)))).toEqual({ is: "none" });
    expect(await missingOf(answer(403, '{"code":"purpose-needed"}'))).toEqual({ is: "purpose" });
    expect(await missingOf(answer(403, "<html>"))).toEqual({ is: "none" });
  });
  it("is as old as the server says, whatever this device's clock shows", () => {
    const headers = new Headers({
      "ronda-picture-time": "2026-11-21T19:10:00.000Z",
      date: "Sat, 21 Nov 2026 19:10:08 GMT",
    });
    expect(takenAt(headers, 1_000_000)).toBe(992_000);
    expect(takenAt(new Headers(), 5)).toBeNull();
  });
});
