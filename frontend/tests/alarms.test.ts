import { describe, expect, it } from "vitest";
import type { Cause, Picture } from "../src/lib/api/alarms";
import { Refusal } from "../src/lib/api/http";
import { parseFeedEvent } from "../src/lib/api/events";
import { route, telling, title, where } from "../src/lib/alarms/say";
import { en } from "../src/lib/i18n/alarms/en";
import { id } from "../src/lib/i18n/alarms/id";
import { toldAlarm } from "../src/lib/i18n/alarms/reasons";

const CAUSE: Cause = {
  camera: "krapyak-1",
  camera_name: "RT 3 Krapyak gang masuk",
  site_name: "RT 3 Krapyak",
  area: "33.74.13.1006",
  area_name: "Semarang Barat",
  lat: -6.985,
  lon: 110.372,
  analytic: "parking",
  zone: "tepi jalan",
  key: "car-1",
  eye: null,
  label: "car",
  level: null,
  priority: 3,
  begun: "2026-11-21T19:14:05.000Z",
  over: null,
  pictures: [],
  detail: {},
};

describe("an alarm in words", () => {
  it("says what was seen, in both languages", () => {
    expect(title(CAUSE, id)).toBe("Parkir liar: mobil");
    expect(title({ ...CAUSE, analytic: "flood", level: 2 }, en)).toBe("Flood, siaga 2");
    expect(title({ ...CAUSE, analytic: "own-eyes", key: "turned:night" }, id)).toBe("Kamera bergeser");
    expect(title({ ...CAUSE, analytic: "something-new", label: null }, id)).toBe("something-new");
  });
  it("says where once", () => {
    expect(where(CAUSE)).toBe("RT 3 Krapyak gang masuk, Semarang Barat");
    expect(where({ ...CAUSE, camera_name: "tiang barat" })).toBe("RT 3 Krapyak, tiang barat, Semarang Barat");
    expect(where({ ...CAUSE, camera_name: null, site_name: null, area_name: "" })).toBe("krapyak-1");
  });
  it("leads a phone's own map there", () => {
    expect(route(CAUSE)).toContain("geo:-6.985,110.372?q=-6.985,110.372(");
    expect(route({ ...CAUSE, lat: null })).toBeNull();
  });
  it("shows the beginning, the middle and the end", () => {
    const pictures: Picture[] = [0, 1, 2, 3, 4].map((at) => ({ url: `${at}`, at: `${at}`, xyxy: null }));
    expect(telling(pictures).map((one) => one.url)).toEqual(["0", "2", "4"]);
    expect(telling(pictures.slice(0, 2)).map((one) => one.url)).toEqual(["0", "1"]);
    expect(telling([])).toEqual([]);
  });
  it("is said the same way in both languages", () => {
    for (const name of ["attention", "analytics", "eyes", "logWhat", "dispatchStates", "outcomes"] as const) {
      expect(Object.keys(en[name])).toEqual(Object.keys(id[name]));
    }
  });
  it("says in Indonesian what the server refuses", () => {
    const refusal = new Refusal(409, "joko looks at this alarm already", "take it over if you must");
    expect(toldAlarm(refusal, "id")).toBe("Joko sudah memeriksa peringatan ini. Ambil alih bila perlu.");
  });
});

describe("the feed", () => {
  it("tells of alarms and dispatches", () => {
    expect(parseFeedEvent("alarm", '{"camera":"gate","alarm":"a","state":"new"}')).toEqual({
      kind: "alarm",
      camera: "gate",
    });
    expect(parseFeedEvent("dispatch", '{"camera":"gate"}')).toEqual({ kind: "dispatch", camera: "gate" });
  });
});
