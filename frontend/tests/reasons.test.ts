import { describe, expect, it } from "vitest";
import { say } from "../src/lib/i18n/importing/reasons";

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
