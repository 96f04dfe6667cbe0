import { describe, expect, it } from "vitest";
import type { Custody } from "../src/lib/api/cases";
import { saidOf, type Telling } from "../src/lib/cases/custody";
import { id } from "../src/lib/i18n/cases/id";

const telling: Telling = {
  words: id.custodySays,
  name: (camera) => (camera === "gang-1" ? "Gang masuk" : camera),
  moment: (at) => new Date(at).toISOString().slice(0, 10),
};
const row = (what: string, subject: string, note: string): Custody => ({
  at: "2026-11-26T08:24:53Z",
  by: "system",
  what,
  subject,
  sha256: "",
  note,
});

describe("a row of the chain of custody", () => {
  it("names the camera whose footage is kept, and until when", () => {
    const ticks = String(Date.parse("2026-12-26T00:00:00Z") * 90);
    expect(saidOf(row("held", "gang-1", ticks), telling)).toEqual(["Gang masuk", "sampai 2026-12-26"]);
    expect(saidOf(row("held", ticks, "masih diperiksa"), telling)).toEqual([
      "sampai 2026-12-26",
      "masih diperiksa",
    ]);
  });
  it("says how something is shared in words, not in codes", () => {
    const note = "view, 2026-12-03T08:24:55.386Z, gang-1_60s";
    expect(saidOf(row("shared", "Jaksa Rini", note), telling)).toEqual([
      "Jaksa Rini",
      "hanya melihat, sampai 2026-12-03",
      "gang-1_60s",
    ]);
    expect(saidOf(row("opened", "Jaksa Rini", "download"), telling)).toEqual([
      "Jaksa Rini",
      "mengunduh berkas tersegel",
    ]);
  });
  it("shows what it does not know as it was written", () => {
    expect(saidOf(row("shared", "Jaksa Rini", "otherwise"), telling)).toEqual(["Jaksa Rini", "otherwise"]);
    expect(saidOf(row("note", "", "bertemu RT"), telling)).toEqual(["", "bertemu RT"]);
  });
});
