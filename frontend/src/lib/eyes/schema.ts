/** The fields of a rule, read from the JSON schema that the server gives: what a form shows for each. */
import type { Rule } from "../api/watching";
import { refers, type Plan, type Refers } from "./plan";

/** How the server describes the name of a line or zone. */
const NAME = "^[^\\x00-\\x1f]+$";

/** Ends of a stretch of the day, where they name no shape. */
const STRETCH = new Set(["from", "to"]);

/** Numbers as somebody lists them: "4, 2.5, 1"; null where something else stands there. */
export function numbersOf(text: string): number[] | null {
  const parts = text.split(/[;\s]+|,\s+/).filter((part) => part !== "");
  const numbers = parts.map((part) => Number(part.replace(",", ".")));
  return numbers.every(Number.isFinite) ? numbers : null;
}

export type Schema = Record<string, unknown>;

export interface Field {
  name: string;
  kind:
    | "number"
    | "numbers"
    | "text"
    | "time"
    | "yes-no"
    | "choice"
    | "choices"
    | "weekdays"
    | "shape"
    | "shapes"
    | "weights"
    | "list"
    | "other";
  required: boolean;
  /** What counts where nothing is said; undefined where something must be. */
  byDefault: unknown;
  /** Words to choose from; of weights, what is weighed. */
  choices: string[];
  refers: Refers | null;
  least: number | null;
  most: number | null;
  whole: boolean;
  /** What each entry of a list is made of. */
  parts: Field[];
}

/** The fields of a schema of an object, in its order. */
export function fieldsOf(schema: Schema, root: Schema = schema): Field[] {
  const required = new Set(strings(schema["required"]));
  return Object.entries(object(schema["properties"])).map(([name, raw]) =>
    fieldOf(name, resolved(object(raw), root), root, required.has(name)),
  );
}

function fieldOf(name: string, schema: Schema, root: Schema, required: boolean): Field {
  const field: Field = {
    name,
    kind: "other",
    required,
    byDefault: schema["default"],
    choices: strings(schema["enum"]),
    refers: schema["type"] === "array" || isName(name, schema) ? refers(name) : null,
    least: number(schema["minimum"]) ?? number(schema["exclusiveMinimum"]),
    most: number(schema["maximum"]) ?? number(schema["exclusiveMaximum"]),
    whole: schema["type"] === "integer",
    parts: [],
  };
  switch (schema["type"]) {
    case "number":
    case "integer":
      return { ...field, kind: "number" };
    case "boolean":
      return { ...field, kind: "yes-no" };
    case "string":
      if (field.refers) return { ...field, kind: "shape" };
      if (STRETCH.has(name)) return { ...field, kind: "time" };
      return { ...field, kind: field.choices.length > 0 ? "choice" : "text" };
    case "array":
      return ofArray(field, resolved(object(schema["items"]), root), root);
    case "object":
      return ofMap(field, schema, root);
  }
  return field;
}

/** Whether text may be the name of a shape: "from 22:00" is none. */
function isName(name: string, { pattern }: Schema): boolean {
  return pattern === NAME || (pattern === undefined && !STRETCH.has(name));
}

function ofArray(field: Field, items: Schema, root: Schema): Field {
  if (items["type"] === "string" && field.refers) return { ...field, kind: "shapes" };
  const choices = strings(items["enum"]);
  if (choices.length > 0) return { ...field, kind: "choices", choices };
  if (items["type"] === "integer" && items["maximum"] === 6) return { ...field, kind: "weekdays" };
  if (items["type"] === "number" || items["type"] === "integer") return { ...field, kind: "numbers" };
  if (items["type"] === "object") return { ...field, kind: "list", parts: fieldsOf(items, root) };
  return field;
}

function ofMap(field: Field, schema: Schema, root: Schema): Field {
  const names = strings(resolved(object(schema["propertyNames"]), root)["enum"]);
  const values = resolved(object(schema["additionalProperties"]), root);
  if (names.length === 0 || values["type"] !== "number") return field;
  const [least, most] = [number(values["minimum"]), number(values["maximum"])];
  return { ...field, kind: "weights", choices: names, least, most };
}

/** A schema itself in place of a reference to it; of "this or nothing", this. */
function resolved(schema: Schema, root: Schema): Schema {
  const path = schema["$ref"];
  if (typeof path === "string") {
    const found = path
      .replace(/^#\//, "")
      .split("/")
      .reduce<Schema>((inner, part) => object(inner[part]), root);
    return { ...found, ...schema, $ref: undefined };
  }
  const some = Array.isArray(schema["anyOf"]) ? schema["anyOf"].map(object) : [];
  const kinds = some.filter((one) => one["type"] !== "null");
  return kinds.length === 1 && kinds[0]
    ? { ...resolved(kinds[0], root), default: schema["default"] }
    : schema;
}

function object(value: unknown): Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** The fields that a rule must have and has not. */
export function missingIn(rule: Rule, fields: readonly Field[]): Field[] {
  return fields.filter(({ name, required }) => {
    const value = rule[name];
    return required && (value === undefined || (Array.isArray(value) && value.length === 0));
  });
}

/** A new rule: what it must name is the chosen shape, or the first of its kind. */
export function newRule(plan: Plan, selected: number, fields: readonly Field[]): Rule {
  const rule: Rule = {};
  for (const field of fields) {
    if (!field.required || !field.refers) continue;
    const ofKind = plan.shapes.filter(({ kind }) => kind === field.refers);
    const chosen = plan.shapes[selected];
    const name = chosen?.kind === field.refers ? chosen.name : ofKind[0]?.name;
    if (name !== undefined) rule[field.name] = field.kind === "shapes" ? [name] : name;
  }
  return rule;
}
