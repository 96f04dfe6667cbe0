/** Which models a camera's rules name beside its eye, and which of them the server lacks. */
import type { EyeKnown } from "../api/eyes";
import type { Analytic, Rule } from "../api/watching";
import { fieldsOf } from "./schema";

export interface Lacking {
  name: string;
  damaged: boolean;
}

/** The models that rules of an analytic name; of a rule yet to be made, those that count by default. */
export function modelsOf(analytic: Analytic, rules: readonly Rule[]): string[] {
  const fields = fieldsOf(analytic.schema).filter(({ name }) => (analytic.models ?? []).includes(name));
  const some = rules.length > 0 ? rules : [{}];
  const names = some.flatMap((rule) => fields.map(({ name, byDefault }) => rule[name] ?? byDefault));
  return [...new Set(names.filter((name): name is string => typeof name === "string"))];
}

/** Which of these models are not ready; none while it is not known which there are. */
export function lacking(names: readonly string[], known: readonly EyeKnown[] | null): Lacking[] {
  if (known === null) return [];
  const state = new Map(known.map((one) => [one.name, one.state]));
  return names
    .filter((name) => state.get(name) !== "ready")
    .map((name) => ({ name, damaged: state.get(name) === "damaged" }));
}
