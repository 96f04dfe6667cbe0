/** Who has access to an area, one line for each grant: a person with two of them stands there twice. */
import type { Person } from "../api/people";
import type { Grant } from "../api/types";
import { within } from "../space/region";

export interface Access {
  person: Person;
  grant: Grant;
  /** One's own powers reach it: it may be ended. */
  mine: boolean;
}

/** Heads before members, places last. */
const ORDER = [
  "rt-head",
  "officer",
  "rt-member",
  "resident",
  "partner",
  "operator",
  "responder",
  "investigator",
  "engineer",
  "auditor",
  "administrator",
  "kiosk",
];

/**
 * @param people as the server lists them for an area
 * @param area the area
 * @param gives the roles that may be given over this area, and so be ended
 * @param self one's own name: nobody ends their own access here by mistake
 */
export function roster(
  people: readonly Person[],
  area: string,
  gives: readonly string[],
  self: string,
): Access[] {
  const found = people.flatMap((person) =>
    person.grants
      .filter((grant) => grant.scope === "area" && within(grant.value, area))
      .map((grant) => ({ person, grant, mine: gives.includes(grant.role) && person.name !== self })),
  );
  const rank = (access: Access): number => (ORDER.indexOf(access.grant.role) + ORDER.length) % ORDER.length;
  return found.sort(
    (one, other) =>
      rank(one) - rank(other) ||
      nameOf(one.person).localeCompare(nameOf(other.person), "id", { numeric: true }),
  );
}

export function nameOf(person: Person): string {
  return person.display || person.name;
}

/** The last moment of a day (2026-11-21) in the zone, as RFC 3339; `momentAt` of the page's clock makes it. */
export function endOfDay(
  date: string,
  momentAt: (date: string, time: string) => number | null,
): string | null {
  const at = momentAt(date, "23:59:59");
  return at === null ? null : new Date(at).toISOString();
}

const NAME = /^[a-z0-9][a-z0-9._-]{1,39}$/;
export const LEAST_PASSWORD = 8;

/** Whether a text can be a name to sign in with (people/persons.py says the same). */
export function isAccountName(text: string): boolean {
  return NAME.test(text);
}

/** An account name for somebody called this: "Siti Aminah" is siti.aminah. */
export function accountNameFor(display: string): string {
  return display
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9\s._-]/g, "")
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .join(".")
    .slice(0, 40);
}
