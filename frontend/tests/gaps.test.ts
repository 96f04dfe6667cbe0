import { describe, expect, it } from "vitest";
import type { Gap } from "../src/lib/api/watching";
import { joined } from "../src/lib/eyes/gaps";

describe("stretches without observation", () => {
  const gap = (from: string, to: string, cause = "lost"): Gap => ({
    from,
    to,
    cause,
    lasts: false,
    problem: "",
  });
  it("are one where they follow each other within a minute, for one cause", () => {
    const some = [
      gap("2026-11-26T08:32:01Z", "2026-11-26T08:32:05Z"),
      gap("2026-11-26T08:32:20Z", "2026-11-26T08:32:30Z"),
      gap("2026-11-26T08:40:00Z", "2026-11-26T08:41:00Z"),
      gap("2026-11-26T08:41:10Z", "2026-11-26T08:42:00Z", "no-picture"),
    ];
    expect(joined(some).map(({ from, to }) => [from, to])).toEqual([
      ["2026-11-26T08:32:01Z", "2026-11-26T08:32:30Z"],
      ["2026-11-26T08:40:00Z", "2026-11-26T08:41:00Z"],
      ["2026-11-26T08:41:10Z", "2026-11-26T08:42:00Z"],
    ]);
  });
});
