import { describe, expect, it } from "vitest";
import { askedOf, formOf, notesOf, preset } from "../src/lib/seen/asked";

const ZONE = "Asia/Jakarta";
/** 02.10 on Sunday 22 November in Semarang. */
const NOW = Date.parse("2026-11-21T19:10:05.000Z");
const empty = (query = ""): ReturnType<typeof formOf> => formOf(new URLSearchParams(query), NOW, ZONE);

describe("the form", () => {
  it("begins with last night", () => {
    const asked = askedOf(empty(), ZONE);
    expect(asked).toMatchObject({
      from: "2026-11-21T15:00:00.000Z",
      to: "2026-11-21T22:00:00.000Z",
      hour_from: "",
    });
  });
  it("comes back from the address as it was written there", () => {
    const form = {
      ...empty(),
      things: ["motorcycle"],
      colours: ["red", "brown"],
      line: "mulut gang",
      daily: true,
    };
    const notes = Object.entries(notesOf(form)).flatMap(([name, value]) =>
      value === null ? [] : [[name, value]],
    );
    expect(empty(new URLSearchParams(notes).toString())).toEqual(form);
  });
  it("takes nothing from the address that it does not know", () => {
    expect(empty("class=elephant,car&colour=pinkish").things).toEqual(["car"]);
    expect(empty("class=elephant,car&colour=pinkish").colours).toEqual([]);
  });
});

describe("what the server is asked", () => {
  it("takes some hours of each night, the last one to its end", () => {
    const asked = askedOf({ ...empty(), ...preset("nights", NOW, ZONE) }, ZONE);
    expect(asked).toMatchObject({
      from: "2026-11-15T15:00:00.000Z",
      to: "2026-11-21T22:00:00.000Z",
      hour_from: "22:00",
      hour_to: "05:00",
    });
  });
  it("asks of one camera without the area", () => {
    expect(askedOf({ ...empty(), camera: "gate", area: "33.74" }, ZONE)).toMatchObject({
      camera: "gate",
      area: "",
    });
  });
  it.each([
    [{ fromDay: "" }, "moments"],
    [{ toTime: "" }, "moments"],
    [{ toDay: "2026-11-20" }, "order"],
    [{ fromDay: "2026-09-01" }, "long"],
  ])("refuses %o", (part, flaw) => expect(askedOf({ ...empty(), ...part }, ZONE)).toBe(flaw));
});
