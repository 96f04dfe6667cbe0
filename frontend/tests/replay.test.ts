import { describe, expect, test } from "vitest";
import { wanted } from "../src/lib/playback/ahead";
import { expected, playable, steer } from "../src/lib/playback/led";
import { camerasOf, happenedHref, replayHref } from "../src/lib/replay/address";
import { MasterClock, Waiting } from "../src/lib/replay/clock";
import { compass } from "../src/lib/replay/compass";
import { AS_RECORDED, filterOf, shift, WHOLE, zoomAt } from "../src/lib/replay/zoom";

describe("steering", () => {
  test("a small drift is left alone, a larger one caught up with, a far one gone to", () => {
    expect(steer(20, 1)).toEqual({ do: "keep", factor: 1 });
    const slower = steer(100, 1);
    const faster = steer(-300, 1);
    expect(slower.do === "keep" && slower.factor < 1 && slower.factor > 0.85).toBe(true);
    expect(faster.do === "keep" && faster.factor > 1.05 && faster.factor <= 1.15).toBe(true);
    expect(steer(-450, 1)).toEqual({ do: "seek" });
    expect(steer(-450, 8).do).toBe("keep");
  });
  test("no browser is asked for more than it plays", () => {
    expect(playable(16 * 1.1)).toBe(16);
    expect(playable(0.01)).toBe(0.0625);
    expect(expected(100, 300)).toBe(200);
    expect(expected(100, 9000)).toBe(1500);
  });
  test("faster than a browser plays, more is fetched ahead", () => {
    expect(wanted(0, 1)).toBe(8);
    expect(wanted(0, 16)).toBe(90);
    expect(wanted(0, 64)).toBe(400);
  });
});

describe("the clock", () => {
  test("runs at its rate, stands, and keeps its moment when the rate changes", () => {
    const clock = new MasterClock(1_000_000, 0);
    expect(clock.at(500)).toBe(1_000_000);
    clock.go(1000);
    expect(clock.at(2000)).toBe(1_001_000);
    clock.setRate(4, 2000);
    expect(clock.at(2500)).toBe(1_003_000);
    clock.stop(2500);
    expect(clock.at(9000)).toBe(1_003_000);
    clock.go(9000);
    clock.go(9500);
    expect(clock.at(10_000)).toBe(1_007_000);
  });
  test("waits for pictures, but not for ever, and not for one that is slow", () => {
    const waiting = new Waiting();
    waiting.begin(0);
    expect(waiting.look(["waiting", "waiting"], null, 100)).toBe(true);
    expect(waiting.look(["ready", "ready"], null, 300)).toBe(false);
    expect(waiting.look(["ready", "waiting", "ready"], null, 400)).toBe(false);
    expect(waiting.look(["waiting", "waiting", "ready"], null, 500)).toBe(true);
    expect(waiting.look(["ready", "waiting", "ready"], null, 1000)).toBe(true);
    expect(waiting.look(["ready", "waiting", "ready"], null, 1800)).toBe(false);
    expect(waiting.look(["waiting", "waiting", "waiting"], null, 3000)).toBe(false);
  });
  test("waits for the one that is looked at, and not for gaps", () => {
    const waiting = new Waiting();
    expect(waiting.look(["gap", "off", "gap"], null, 0)).toBe(false);
    expect(waiting.look(["ready", "ready", "waiting"], "waiting", 100)).toBe(true);
    expect(waiting.look(["ready", "ready", "gap"], "gap", 200)).toBe(false);
  });
});

describe("digital zoom", () => {
  test("keeps the point under the hand, and always fills its place", () => {
    const closer = zoomAt(WHOLE, 2, 0.25, 0.5);
    expect(closer).toEqual({ scale: 2, x: -0.25, y: -0.5 });
    expect(shift(closer, 1, 1)).toEqual({ scale: 2, x: 0, y: 0 });
    expect(shift(closer, -5, -5)).toEqual({ scale: 2, x: -1, y: -1 });
    expect(zoomAt(closer, 0.1, 0.9, 0.9)).toEqual(WHOLE);
    expect(zoomAt(WHOLE, 100, 0, 0).scale).toBe(8);
  });
  test("what is as recorded has no filter", () => {
    expect(filterOf(AS_RECORDED)).toBeNull();
    expect(filterOf({ ...AS_RECORDED, contrast: 1.5 })).toBe("brightness(1) contrast(1.5) saturate(1)");
  });
});

describe("addresses", () => {
  test("name cameras once, and only what can be one", () => {
    expect(camerasOf("a,b,a,../x,,C,d", 9)).toEqual(["a", "b", "d"]);
    expect(camerasOf("a,b,c", 2)).toEqual(["a", "b"]);
    expect(camerasOf(null, 9)).toEqual([]);
    expect(replayHref(["a", "b"], 0)).toBe("/replay?cameras=a,b&at=1970-01-01T00%3A00%3A00.000Z");
    expect(happenedHref({ camera: "a" }, 0)).toBe("/happened?at=1970-01-01T00%3A00%3A00.000Z&camera=a");
  });
  test("directions are one of eight", () => {
    expect([0, 44, 91, 181, 359, -90].map(compass)).toEqual(["n", "ne", "e", "s", "n", "w"]);
  });
});
