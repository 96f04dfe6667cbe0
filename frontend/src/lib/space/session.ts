/** Where somebody belongs once they are signed in. */
import type { Session } from "../api/types";

/** The page to lead somebody to who did not ask for one. */
export function homeOf(session: Session | null): string {
  if (session?.person?.kind === "place") return "/kiosk";
  const [only, ...others] = session?.areas ?? [];
  return only !== undefined && others.length === 0 ? `/areas/${only}` : "/wall";
}

/** Whether somebody has a space to go to. */
export function hasSpace(session: Session | null): boolean {
  const { person } = session ?? {};
  if (!person || person.kind === "place" || !session?.may.includes("see")) return false;
  return session.areas.length > 0 || person.grants.some((grant) => grant.scope === "city");
}
