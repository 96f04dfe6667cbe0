/** For whom somebody speaks; apart from the rest, because the menu asks on every page. */
import type { Session } from "../api/types";

/** The partners for which somebody speaks, by their own grants. */
export function partnersOf(session: Session | null): string[] {
  const grants = session?.person?.grants ?? [];
  return [...new Set(grants.filter((grant) => grant.scope === "partner").map((grant) => grant.value))];
}
