/** Over what somebody works: the whole city, or the areas of their grants. */
import type { Session } from "../api/types";

/** Whether one of the person's grants is over the whole city. */
export function wholeCity(session: Session | null): boolean {
  const person = session?.person;
  if (!person) return false;
  return ["token", "local"].includes(person.kind) || person.grants.some((grant) => grant.scope === "city");
}

/** Whether an area lies in what somebody works with. */
export function reaches(session: Session | null, area: string): boolean {
  if (wholeCity(session)) return true;
  return (session?.areas ?? []).some((own) => area === own || area.startsWith(`${own}.`));
}
