import { describe, expect, it } from "vitest";
import type { Change } from "../src/lib/api/registry";
import type { Grant, Session } from "../src/lib/api/types";
import { id as registry } from "../src/lib/i18n/registry/id";
import { en } from "../src/lib/i18n/sharing/en";
import { id } from "../src/lib/i18n/sharing/id";
import { entriesFor } from "../src/lib/navigation";
import { reaches } from "../src/lib/office/reach";
import { turns } from "../src/lib/publishing/history";
import { sayAgreement } from "../src/lib/sharing/agreement";
import { partnersOf } from "../src/lib/sharing/partners";

const grant = (scope: Grant["scope"], value: string): Grant => ({
  id: `${scope}${value}`,
  person: null,
  role: scope === "partner" ? "partner" : "officer",
  scope,
  value,
  from: "2026-01-01T00:00:00Z",
  until: null,
  by: "admin",
});
const session = (...grants: Grant[]): Session => ({
  person: { name: "mitra", display: "Mal", kind: "person", roles: [], grants },
  public: false,
  may: ["see", "consent"],
  areas: grants.filter((one) => one.scope === "area").map((one) => one.value),
  name_people: false,
});

describe("a partner's agreement", () => {
  const partner = {
    id: "mal",
    name: "Mal",
    number: "",
    start: null,
    end: null,
    scope: "always",
    public: false,
  };
  it("says that nobody may look before it has begun", () => {
    const facts = Object.fromEntries(sayAgreement(partner, id, registry, "id"));
    expect(facts[id.validity]).toBe(id.notStarted);
    expect(facts[registry.fields["number"] ?? ""]).toBe(registry.notSaid);
    expect(facts[id.public]).toBe(id.publicNo);
  });
  it("says its days, its hours and whether residents may see", () => {
    const hours = [{ weekdays: [0, 1, 2, 3, 4, 5, 6], from_minute: 1080, to_minute: 1440 }];
    const whole = { ...partner, start: "2026-01-02", end: "2027-01-01", scope: "hours", hours, public: true };
    const facts = Object.fromEntries(sayAgreement(whole, id, registry, "id"));
    expect(facts[id.validity]).toBe("2 Jan 2026 sampai 1 Jan 2027");
    expect(facts[registry.fields["scope"] ?? ""]).toBe("pada jam tertentu: 18:00–24:00 setiap hari");
    const open = Object.fromEntries(sayAgreement({ ...whole, end: null }, en, registry, "en"));
    expect(open[en.validity]).toBe("since 2 Jan 2026, open-ended");
  });
  it("is found in the menu by its partner alone", () => {
    const mine = session(grant("partner", "mal"), grant("partner", "mal"), grant("area", "33.74"));
    expect(partnersOf(mine)).toEqual(["mal"]);
    expect(partnersOf(null)).toEqual([]);
    expect(entriesFor(mine).some((one) => one.href === "/sharing")).toBe(true);
    expect(entriesFor(session(grant("city", ""))).some((one) => one.href === "/sharing")).toBe(false);
  });
});

describe("the history of publication", () => {
  const change = (
    at: string,
    action: Change["action"],
    before: object | null,
    after: object | null,
  ): Change => ({ at, by: "lurah", action, before, after }) as Change;
  const live = {
    camera: null,
    area: "33.74",
    kind: "rt",
    mode: "live",
    hours: [],
    delay_s: 0,
    reason: "Perwal",
  };
  const hours = {
    ...{ camera: "gang", area: "", kind: null, mode: "live-in-hours", delay_s: 0, reason: "malam saja" },
    hours: [{ weekdays: [0], from_minute: 1080, to_minute: 1430 }],
  };
  it("puts several together, newest first, and says what was before and after", () => {
    const found = turns(
      [
        change("2026-11-20T01:00:00Z", "added", null, hours),
        change("2026-11-22T01:00:00Z", "removed", hours, null),
      ],
      [change("2026-11-21T01:00:00Z", "changed", { ...live, mode: "stills" }, live)],
    );
    expect(found.map((one) => [one.before?.mode ?? null, one.after?.mode ?? null])).toEqual([
      ["live-in-hours", null],
      ["stills", "live"],
      [null, "live-in-hours"],
    ]);
    expect(found.map((one) => one.reason)).toEqual(["", "Perwal", "malam saja"]);
    expect([found[0]?.camera, found[1]?.camera, found[1]?.area, found[1]?.kind]).toEqual([
      "gang",
      null,
      "33.74",
      "rt",
    ]);
  });
  it("reads hours as the history writes them", () => {
    const [only] = turns([change("2026-11-20T01:00:00Z", "added", null, hours)]);
    expect(only?.after?.hours).toEqual([{ weekdays: [0], from: "18:00", to: "23:50" }]);
  });
  it("is read by those who decide there", () => {
    expect(reaches(session(grant("area", "33.74.13")), "33.74.13.1003")).toBe(true);
    expect(reaches(session(grant("area", "33.74.13")), "33.74")).toBe(false);
    expect(reaches(session(grant("area", "33.74.1")), "33.74.13")).toBe(false);
    expect(reaches(session(grant("city", "")), "33.74")).toBe(true);
    expect(reaches(null, "33.74")).toBe(false);
  });
});
