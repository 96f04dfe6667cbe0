/** What people call an area. */
import type { Space } from "../api/space";

/** RT 3 RW 4 Krapyak, Kelurahan Krapyak, Kota Semarang: an RT alone could be any of a thousand. */
export function nameOf(space: Space, levels: Record<string, string>): string {
  const above = space.parents.map((parent) => parent.name).reverse();
  if (space.level === "rt") return [space.name, ...above.slice(0, 2)].join(" ");
  if (space.level === "rw") return [space.name, ...above.slice(0, 1)].join(" ");
  const level = levels[space.level] ?? "";
  return space.name.toLowerCase().startsWith(level.toLowerCase()) ? space.name : `${level} ${space.name}`;
}
