import { describe, expect, it } from "vitest";
import { Refusal } from "../src/lib/api/http";
import { told } from "../src/lib/i18n/registry/reasons";
import { say } from "../src/lib/i18n/importing/reasons";
import { say as sayOfSource } from "../src/lib/i18n/sources";

describe("what the server says of a file, in Indonesian", () => {
  it("keeps what stands in the holes, in order", () => {
    expect(say("camera gang-1 hangs on channel 1 of nvr-1 already", "id")).toBe(
      "kamera gang-1 sudah memakai kanal 1 dari nvr-1",
    );
    expect(say("96.98, 110.36 lies outside the city", "id")).toBe("96.98, 110.36 di luar kota");
    expect(say("there is no area 33.74.99 above it", "id")).toBe("wilayah 33.74.99 di atasnya tidak ada");
  });
  it("says the same in English, and what it does not know as it is", () => {
    expect(say("this is not a date", "en")).toBe("this is not a date");
    expect(say("something new", "id")).toBe("something new");
  });
});

describe("what the server says of the register, in Indonesian", () => {
  const refusal = (detail: string, mend: string | null = null): Refusal => new Refusal(404, detail, mend);
  it("calls each kind of entry as the screen does", () => {
    expect(told(refusal("there is no camera 'gang'"), "id")).toBe("Kamera 'gang' tidak ada.");
    expect(told(refusal("there was never a site 'pos'"), "id")).toBe("Tidak pernah ada titik 'pos'.");
    expect(
      told(
        refusal(
          "site pos refers to area '33.74.99', which is not there",
          "add the area first, or correct it",
        ),
        "id",
      ),
    ).toBe(
      "Titik pos menunjuk wilayah '33.74.99', yang tidak ada. Tambahkan wilayah itu dulu, atau betulkan.",
    );
    expect(told(refusal("area 33.74 has 3 sites still", "move or remove its sites first"), "id")).toBe(
      "Wilayah 33.74 masih punya 3 titik. Pindahkan atau hapus titik di dalamnya dulu.",
    );
  });
  it("says why a partner's agreement could not be ended", () => {
    expect(told(refusal("ending a partner's agreement needs a reason", "say why in a sentence"), "id")).toBe(
      "Pencabutan perjanjian perlu alasan. Tulis alasannya dalam satu kalimat.",
    );
  });
});

describe("what the server says of an address without a picture, in Indonesian", () => {
  it("keeps the host and the port", () => {
    expect(sayOfSource("10.0.0.9 port 554 refuses the connection", "id")).toBe(
      "10.0.0.9 port 554 menolak sambungan",
    );
    expect(sayOfSource("10.0.0.9 (10.0.0.9) port 554 does not answer within 5 s", "id")).toBe(
      "10.0.0.9 (10.0.0.9) port 554 tidak menjawab dalam 5 detik",
    );
    expect(sayOfSource("10.0.0.9 has no video, only audio", "id")).toBe(
      "10.0.0.9 tidak punya video, hanya audio",
    );
    expect(sayOfSource("correct the user name and password in the address", "en")).toBe(
      "correct the user name and password in the address",
    );
  });
});
