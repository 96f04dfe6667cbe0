import { expect, it } from "vitest";
import { parseFeedEvent } from "../src/lib/api/events";
import { health, PATIENCE_MS } from "../src/lib/health";
import type { Camera, SourceState } from "../src/lib/api/types";

it("reads what it knows", () => {
  expect(parseFeedEvent("camera-added", '{"camera":"pos-1"}')).toEqual({
    kind: "camera-added",
    camera: "pos-1",
  });
  expect(parseFeedEvent("camera-status", '{"camera":"pos-1","state":{"state":"running"}}')).toMatchObject({
    kind: "camera-status",
    state: { state: "running" },
  });
  expect(parseFeedEvent("disk-alarm", '{"detail":"/var is full"}')).toEqual({
    kind: "disk-alarm",
    detail: "/var is full",
  });
  expect(parseFeedEvent("resync", "")).toEqual({ kind: "resync" });
});

it.each(["", "{", "null", "{}", '{"camera":7}'])("ignores %j", (data) =>
  expect(parseFeedEvent("camera-status", data)).toBeNull(),
);

function camera(state: SourceState, last: number | null, since: number): Camera {
  const stamp = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  return {
    id: "a",
    name: "A",
    simulated: false,
    recording: { mode: "off", profile: "main", days: 7, hours: [] },
    state: {
      state,
      since: stamp(since),
      reason: null,
      recording: false,
      gap: null,
      last_picture: stamp(last),
      profiles: {},
    },
  };
}

it("is patient with a camera that connects, but not for ever", () => {
  const now = 1e12;
  expect(health(camera("connecting", null, now - 1000), now)).toBe("waiting");
  expect(health(camera("connecting", null, now - PATIENCE_MS - 1), now)).toBe("dead");
  expect(health(camera("connecting", now - 3600_000, now - 10), now)).toBe("dead");
  expect(health(camera("running", now, now), now)).toBe("alive");
  expect(health(camera("refused", null, now), now)).toBe("dead");
  expect(health(camera("idle", null, now), now)).toBe("resting");
});
