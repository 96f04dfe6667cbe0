/** What differs between two documents of the history, field by field. */
import type { Doc } from "../api/registry";

export interface Difference {
  path: string;
  before: unknown;
  after: unknown;
}

/** Fields that differ, by their paths; what is empty on both sides does not. */
export function differences(before: Doc | null, after: Doc | null): Difference[] {
  const was = flat(before ?? {});
  const is = flat(after ?? {});
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }))
    .filter((one) => text(one.before) !== text(one.after));
}

/** Every field that is no document itself, by its path; lists are one field. */
function flat(document: Doc, above = ""): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, value] of Object.entries(document)) {
    const path = above ? `${above}.${name}` : name;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [inner, one] of flat(value as Doc, path)) found.set(inner, one);
    } else if (!isEmpty(value)) {
      found.set(path, value);
    }
  }
  return found;
}

function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

function text(value: unknown): string {
  return isEmpty(value) ? "" : JSON.stringify(value);
}
