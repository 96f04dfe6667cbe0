import { describe, expect, it } from "vitest";
import { byDay, lines } from "../src/lib/accesslog/gather";
import { filtersOf, notesOf, wantedOf } from "../src/lib/accesslog/filters";
import { dayName, moment, stretch } from "../src/lib/accesslog/moment";
import { sentence } from "../src/lib/accesslog/sentence";
import { exportAddress, queryOf, type Look } from "../src/lib/api/accesslog";
import { en } from "../src/lib/i18n/accesslog/en";
import { id } from "../src/lib/i18n/accesslog/id";

const ZONE = "Asia/Jakarta";
const wib = (text: string): number => Date.parse(`${text}+07:00`);
const NOW = wib("2026-11-22T08:00:00");
let number = 100;

function look(at: string, more: Partial<Look> = {}): Look {
  return {
    number: number--,
    who: "budi",
    erased: false,
    action: "replay",
    camera: "gang",
    area: "33.74.16.1006.rw04.rt03",
    subject: null,
    purpose: "motor hilang",
    from: new Date(wib("2026-11-21T02:10:00")).toISOString(),
    to: new Date(wib("2026-11-21T02:20:00")).toISOString(),
    started: new Date(wib(at)).toISOString(),
    ended: null,
    remote: "internet",
    allowed: true,
    reason: "",
    display: "Budi",
    role: "rt-head",
    camera_name: "Gang masuk",
    ...more,
  };
}

function told(one: Look, language: "id" | "en" = "id"): string {
  const [line] = lines([one]);
  if (!line) throw new Error("no line");
  const say = sentence(line, language === "id" ? id : en, NOW, language, ZONE);
  return `${say.who}${say.role && ` (${say.role})`} ${say.did}; ${say.when}; ${say.purpose}`;
}

describe("sentences", () => {
  it("tell who looked at what, when, and what for", () => {
    expect(told(look("2026-11-21T21:14:00"))).toBe(
      "Budi (ketua RT) memutar ulang Gang masuk, direkam 02.10–02.20; tadi malam 21.14; Tujuan: motor hilang",
    );
    expect(told(look("2026-11-21T21:14:00"), "en")).toBe(
      "Budi (RT head) replayed Gang masuk, recorded 02:10–02:20; last night 21:14; Purpose: motor hilang",
    );
  });

  it("tell how long somebody watched", () => {
    const live = { action: "live", from: null, to: null, purpose: "" };
    const ended = new Date(wib("2026-11-22T07:01:12")).toISOString();
    expect(told(look("2026-11-22T07:00:00", { ...live, ended }))).toBe(
      "Budi (ketua RT) menonton langsung Gang masuk, selama 1 mnt 12 dtk; tadi pagi 07.00; ",
    );
  });

  it.each([
    [{ erased: true, who: "(erased)", display: "", role: null }, "Seseorang (nama dihapus) memutar"],
    [{ who: "token:wall", display: "", role: null }, "Program “wall” memutar"],
    [{ who: "local", display: "", role: null }, "Pengelola, di mesin server memutar"],
    [{ who: "siti", display: "", role: "rt-member" }, "siti (anggota RT) memutar"],
    [{ allowed: false, reason: "no" }, "Budi (ketua RT) ditolak saat hendak memutar"],
    [{ camera_name: null }, "Budi (ketua RT) memutar ulang gang, direkam"],
    [
      { action: "grants", camera: null, subject: "siti" },
      "Budi (ketua RT) mengundang orang atau mengubah hak akses (siti),",
    ],
    [
      { action: "brand-new", camera: null },
      "Budi (ketua RT) melakukan “brand-new” di 33.74.16.1006.rw04.rt03,",
    ],
    [{ action: "sign-in", camera: null, area: null, from: null }, "Budi (ketua RT) masuk;"],
    [{ role: "mayor" }, "Budi (mayor) memutar"],
    [{ purpose: "(erased)" }, "Budi (ketua RT) memutar"],
  ])("tell of %j", (more, begin) => {
    expect(told(look("2026-11-21T21:14:00", more))).toContain(begin);
    expect(told(look("2026-11-21T21:14:00", more), "en")).not.toMatch(/undefined|\s\s/);
  });

  it("are complete in both languages", () => {
    expect(Object.keys(en.deed)).toEqual(Object.keys(id.deed));
    expect(Object.keys(en.roles)).toEqual(Object.keys(id.roles));
    expect(Object.keys(en.remote)).toEqual(Object.keys(id.remote));
  });
});

describe("moments", () => {
  it.each([
    ["2026-11-22T03:00:00", "tadi dini hari 03.00"],
    ["2026-11-22T06:05:00", "tadi pagi 06.05"],
    ["2026-11-21T16:00:00", "kemarin sore 16.00"],
    ["2026-11-21T21:14:00", "tadi malam 21.14"],
    ["2026-11-20T21:14:00", "pukul 21.14"],
  ])("%s is %s", (at, said) => expect(moment(wib(at), NOW, "id", ZONE)).toBe(said));

  it("name days", () => {
    expect(dayName(wib("2026-11-22T00:00:00"), NOW, "id", ZONE)).toBe("Hari ini");
    expect(dayName(wib("2026-11-21T23:59:00"), NOW, "en", ZONE)).toBe("Yesterday");
    expect(dayName(wib("2026-11-20T10:00:00"), NOW, "id", ZONE)).toBe("Jum 20 Nov");
  });

  it("say the day of footage only where it is another", () => {
    const from = wib("2026-11-20T23:50:00");
    expect(stretch(from, null, from, "id", ZONE)).toBe("23.50");
    expect(stretch(from, from + 600_000, NOW, "id", ZONE)).toBe("Jum 20 Nov 23.50–00.00");
  });
});

describe("gathering", () => {
  const footage = (from: string, to: string): Partial<Look> => ({
    from: new Date(wib(from)).toISOString(),
    to: new Date(wib(to)).toISOString(),
  });

  it("makes one line of scrubbing, and two of two looks", () => {
    const found = lines([
      look("2026-11-21T21:16:00", footage("2026-11-21T02:15:00", "2026-11-21T02:20:00")),
      look("2026-11-21T21:15:00", { who: "siti" }),
      look("2026-11-21T21:14:00", footage("2026-11-21T02:10:00", "2026-11-21T02:15:00")),
      look("2026-11-21T21:13:00", footage("2026-11-20T10:00:00", "2026-11-20T10:05:00")),
      look("2026-11-21T20:00:00", footage("2026-11-21T02:10:00", "2026-11-21T02:15:00")),
    ]);
    expect(found.map((line) => [line.look.who, line.times])).toEqual([
      ["budi", 2],
      ["siti", 1],
      ["budi", 1],
      ["budi", 1],
    ]);
    expect([found[0]?.from, found[0]?.to]).toEqual([wib("2026-11-21T02:10:00"), wib("2026-11-21T02:20:00")]);
  });

  it("goes by the days of the city", () => {
    const days = byDay([look("2026-11-22T00:10:00"), look("2026-11-21T23:50:00", { who: "siti" })], ZONE);
    expect(days.map((day) => [day.date, day.lines.length])).toEqual([
      ["2026-11-22", 1],
      ["2026-11-21", 1],
    ]);
    expect(byDay([], ZONE)).toEqual([]);
  });
});

describe("filters", () => {
  it("stand in the address, and become what is asked", () => {
    const filters = filtersOf(new URLSearchParams("who=budi&from=2026-11-21&to=2026-11-21&x=y"));
    expect(notesOf(filters)).toEqual({
      area: null,
      camera: null,
      who: "budi",
      action: null,
      from: "2026-11-21",
      to: "2026-11-21",
    });
    expect(wantedOf(filters, ZONE)).toEqual({
      who: "budi",
      from: "2026-11-20T17:00:00.000Z",
      to: "2026-11-21T17:00:00.000Z",
    });
    expect(wantedOf(filtersOf(new URLSearchParams("from=rubbish")), ZONE)).toEqual({});
  });

  it("are asked for as they are", () => {
    expect(queryOf({ area: "33.74", action: ["live", "clip"], who: "" })).toBe(
      "?area=33.74&action=live&action=clip",
    );
    expect(queryOf({})).toBe("");
    expect(exportAddress({ who: "a&b" }, "csv")).toBe("/api/v1/accesslog/export?who=a%26b&format=csv");
  });
});
