import { describe, expect, it } from "vitest";
import { identityOf } from "../src/lib/add/identity";
import { matches } from "../src/lib/search";

describe("search", () => {
  it.each([
    ["", "Simpang Lima"],
    ["simpang", "Simpang Lima utara"],
    ["lima simp", "Simpang Lima utara"],
    ["rt3", "Krapyak RT 3 RW 4"],
    ["rt 3 krapyak", "Krapyak RT 3 RW 4"],
    ["krapiak", "Krapyak RT 3 RW 4"],
    ["kaligwe", "Jembatan Kaligawe"],
    ["jembtaan", "Jembatan Kaligawe"],
    ["GEREJA", "Kota Lama, Gereja Blenduk"],
    ["cafe", "Café Semar"],
  ])("finds with %j", (query, name) => expect(matches(query, name)).toBe(true));

  it.each([
    ["pasar", "Simpang Lima"],
    ["rt4", "Krapyak RT 3 RW 5"],
    ["lima pasar", "Simpang Lima"],
    ["xyz", "Krapyak"],
  ])("does not find with %j", (query, name) => expect(matches(query, name)).toBe(false));
});

describe("identityOf", () => {
  it("makes an id of a name", () => expect(identityOf("Pos Ronda, RT 3", [])).toBe("pos-ronda-rt-3"));
  it("avoids what is taken", () => expect(identityOf("Pos", ["pos", "pos-2"])).toBe("pos-3"));
  it("has a word for a name without letters", () => expect(identityOf("…", [])).toBe("kamera"));
});
