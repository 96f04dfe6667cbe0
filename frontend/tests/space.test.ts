import { describe, expect, it } from "vitest";
import { deviceOf } from "../src/lib/account/device";
import type { Person } from "../src/lib/api/people";
import { purposed, purposeOf, latestPurpose, say } from "../src/lib/api/purpose";
import type { Space } from "../src/lib/api/space";
import type { Camera, Grant, Session } from "../src/lib/api/types";
import { id as causes } from "../src/lib/i18n/troubles/id";
import { id as words } from "../src/lib/i18n/space/id";
import { mosaic, pageAt, wander } from "../src/lib/kiosk/mosaic";
import { accountNameFor, isAccountName, roster } from "../src/lib/people/roster";
import { conditionOf } from "../src/lib/space/condition";
import { nameOf } from "../src/lib/space/name";
import { numbersOf, within } from "../src/lib/space/region";
import { hasSpace, homeOf } from "../src/lib/space/session";
import { tabOf, tabsOf } from "../src/lib/space/tabs";
import { dateWords, momentWords } from "../src/lib/time/date";

const RT = "33.74.13.1003.rw04.rt03";
const grant = (role: string, value: string, scope: Grant["scope"] = "area"): Grant => ({
  id: `${role}-${value}`,
  person: null,
  role,
  scope,
  value,
  from: "2026-11-21T00:00:00.000Z",
  until: null,
  by: "local",
});
const person = (name: string, display: string, ...grants: Grant[]): Person => ({
  name,
  display,
  kind: "person",
  created: "2026-11-21T00:00:00.000Z",
  disabled: null,
  phone: null,
  email: null,
  second_factor: false,
  grants,
  managed: true,
});
const session = (kind: "person" | "place", areas: string[], grants: Grant[] = []): Session => ({
  person: { name: "x", display: "", kind, roles: [], grants },
  public: false,
  may: ["see"],
  areas,
  name_people: false,
});
const space = (level: string, name: string, parents: string[], children = 0): Space => ({
  code: RT,
  name,
  level,
  lat: null,
  lon: null,
  parents: parents.map((one) => ({ code: one, name: one })),
  numbers: { total: 1, connected: 1, working: 1, published: 1 },
  causes: [],
  children: Array.from({ length: children }, (_, at) => ({
    code: `${RT}.${at}`,
    name: "",
    level: "rt",
    total: 0,
    connected: 0,
    working: 0,
    published: 0,
  })),
  sites: 1,
  links: [],
  links_down: 0,
  simulated: false,
  may: ["see", "report"],
  gives: [],
});

describe("areas", () => {
  it("lie in what is above them", () => {
    expect(within(RT, "33.74.13")).toBe(true);
    expect(within("33.74.130", "33.74.13")).toBe(false);
  });
  it("are called as people call them", () => {
    expect(numbersOf(RT)).toBe("RT 3 RW 4");
    expect(numbersOf("33.74.13.1003.rw10")).toBe("RW 10");
    expect(numbersOf("33.74.13.1003")).toBeNull();
    const above = ["Kota Semarang", "Semarang Barat", "Krapyak"];
    expect(nameOf(space("rt", "RT 3", [...above, "RW 4"]), words.levels)).toBe("RT 3 RW 4 Krapyak");
    expect(nameOf(space("rw", "RW 4", above), words.levels)).toBe("RW 4 Krapyak");
    expect(nameOf(space("kelurahan", "Krapyak", []), words.levels)).toBe("Kelurahan Krapyak");
    expect(nameOf(space("city", "Kota Semarang", []), words.levels)).toBe("Kota Semarang");
  });
  it("show the parts that somebody may see, and the first where another is asked for", () => {
    expect(tabsOf(space("rt", "RT 3", []))).toEqual(["cameras", "faults", "links"]);
    expect(tabsOf(space("rw", "RW 4", [], 2))[0]).toBe("progress");
    expect(tabOf("people", ["cameras", "links"])).toBe("cameras");
    expect(tabOf("links", ["cameras", "links"])).toBe("links");
  });
});

describe("where somebody belongs", () => {
  it("is their one area, a place's screen, else the wall", () => {
    expect(homeOf(session("person", [RT]))).toBe(`/areas/${RT}`);
    expect(homeOf(session("person", [RT, "33.74"]))).toBe("/wall");
    expect(homeOf(session("place", [RT]))).toBe("/kiosk");
    expect(homeOf(null)).toBe("/wall");
    expect(hasSpace(session("person", [], [grant("operator", "", "city")]))).toBe(true);
    expect(hasSpace(session("place", [RT]))).toBe(false);
  });
});

describe("a camera's condition", () => {
  const reader = { language: "id" as const, now: Date.parse("2026-11-21T00:00:00Z"), words, causes };
  const camera = (change: Partial<Camera>): Camera => ({
    id: "a",
    name: "a",
    recording: { mode: "off", profile: "main", days: 1, hours: [] },
    simulated: false,
    state: {
      state: "idle",
      since: null,
      reason: null,
      recording: false,
      gap: null,
      last_picture: null,
      profiles: {},
    },
    connected: true,
    ...change,
  });
  it("says what the register knows before what the network says", () => {
    const trouble = { cause: "cable", since: "2026-11-12", target: "2026-12-01" };
    expect(conditionOf(camera({ trouble }), reader)).toEqual({
      health: "dead",
      text: "kabel putus, sejak 12 Nov 2026",
      mend: "diperbaiki paling lambat 1 Des 2026",
    });
    expect(conditionOf(camera({ connected: false }), reader).text).toBe("belum tersambung");
    expect(conditionOf(camera({}), reader)).toEqual({ health: "alive", text: "menyala", mend: "" });
  });
});

describe("who has access", () => {
  it("stands in the order of what they are; what may be given may be ended, but not one's own", () => {
    const people = [
      person("siti", "Siti", grant("rt-member", RT)),
      person("budi", "Budi", grant("rt-head", RT), grant("auditor", "", "city")),
      person("agus", "", grant("rt-member", RT)),
    ];
    const found = roster(people, RT, ["rt-member"], "siti");
    expect(found.map((one) => [one.person.name, one.grant.role, one.mine])).toEqual([
      ["budi", "rt-head", false],
      ["agus", "rt-member", true],
      ["siti", "rt-member", false],
    ]);
  });
  it("sign in with a name that the server takes", () => {
    expect(accountNameFor("Siti Aminah binti Ali")).toBe("siti.aminah");
    expect(accountNameFor("<b>É</b> 's")).toBe("beb.s");
    expect(isAccountName("siti.rt03")).toBe(true);
    for (const bad of ["", "s", "Siti", ".siti", "siti aminah"]) expect(isAccountName(bad)).toBe(false);
  });
});

describe("a place's screen", () => {
  it("shares itself so that pictures are large, and turns the page where not all fit", () => {
    expect(mosaic(13, 1440, 860)).toEqual({ columns: 3, rows: 3 });
    expect(mosaic(4, 1440, 860)).toEqual({ columns: 2, rows: 2 });
    expect(mosaic(2, 390, 800)).toEqual({ columns: 1, rows: 2 });
    expect(mosaic(13, 390, 800).columns).toBe(1);
    expect(mosaic(1, 100, 100)).toEqual({ columns: 1, rows: 1 });
    expect(pageAt(13, 9, 0)).toEqual({ page: 0, pages: 2 });
    expect(pageAt(13, 9, 3)).toEqual({ page: 1, pages: 2 });
    expect(pageAt(0, 9, 5)).toEqual({ page: 0, pages: 1 });
  });
  it("never stands still, and never leaves", () => {
    const places = Array.from({ length: 60 }, (_, minute) => wander(minute));
    expect(new Set(places.map(({ x, y }) => `${x},${y}`)).size).toBeGreaterThan(20);
    for (const { x, y } of places) expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(6);
  });
});

describe("words", () => {
  it("say days, moments and devices as people do", () => {
    expect(dateWords("2026-12-01", "id")).toBe("1 Des 2026");
    expect(dateWords("rubbish", "id")).toBe("–");
    expect(momentWords("2026-11-21T19:14:05.000Z", "id", "Asia/Jakarta")).toBe("22 Nov 2026 02.14");
    const agent =
      "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36";
    expect(deviceOf(agent)).toEqual({ browser: "Chrome", system: "Android" });
    expect(deviceOf("curl/8")).toBeNull();
  });
  it("of a purpose go with one camera, and are proposed for the next", () => {
    say("a", "LP/123");
    expect(purposed("a", { width: "320" })).toEqual({ width: "320", purpose: "LP/123" });
    expect(purposed("b", {})).toEqual({});
    expect(latestPurpose()).toBe("LP/123");
    say("a", "");
    expect(purposeOf("a")).toBe("");
  });
});
