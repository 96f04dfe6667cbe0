/** What one camera is looked at for, as the page edits it: shapes in one list, rules by analytic. */
import type { Document, Rule } from "../api/watching";
import type { Point } from "../publishing/masks";
import { groundFlaw, lineFlaw, zoneFlaw, type Flaw } from "./shapes";

export type Kind = "line" | "zone" | "ground";
export type Rules = Readonly<Record<string, readonly Rule[]>>;

export interface Shape {
  kind: Kind;
  name: string;
  points: Point[];
  /** Names of a line's directions; empty for what they are called by how it lies. */
  forward: string;
  backward: string;
  /** Where the corners of the ground lie, in metres. */
  metres: Point[];
}

export interface Plan {
  tier: string;
  eye: string;
  shapes: readonly Shape[];
  rules: Rules;
}

export type ShapeFlaw = Flaw | "no-name" | "long-name" | "same-name";

export const MOST_SHAPES = 50;
export const MOST_RULES = 50;
export const LONGEST_NAME = 60;
export const EMPTY: Plan = { tier: "count", eye: "builtin", shapes: [], rules: {} };
const OWN = new Set(["tier", "eye", "lines", "zones", "ground"]);
const SQUARE: Point[] = [
  [0, 0],
  [5, 0],
  [5, 10],
  [0, 10],
];

export function shape(kind: Kind, name: string, points: Point[]): Shape {
  return { kind, name, points, forward: "", backward: "", metres: kind === "ground" ? SQUARE : [] };
}

/** A camera's document as a plan; nothing drawn yet where there is none. */
export function planOf(document: Document | null): Plan {
  if (document === null) return EMPTY;
  const lines = (document.lines ?? []).map((line) => ({
    ...shape("line", line.name, [line.start, line.end]),
    forward: line.forward ?? "",
    backward: line.backward ?? "",
  }));
  const zones = (document.zones ?? []).map((zone) => shape("zone", zone.name, zone.points));
  const { ground } = document;
  const plane = ground ? [{ ...shape("ground", "", ground.picture), metres: ground.metres }] : [];
  const rules = Object.entries(document).filter(([name, value]) => !OWN.has(name) && Array.isArray(value));
  return {
    tier: document.tier ?? EMPTY.tier,
    eye: document.eye ?? EMPTY.eye,
    shapes: [...lines, ...zones, ...plane],
    rules: Object.fromEntries(rules) as Rules,
  };
}

/** The document that the server keeps. */
export function documentOf(plan: Plan): Document {
  const of = (kind: Kind): Shape[] => plan.shapes.filter((one) => one.kind === kind);
  const [ground] = of("ground");
  return {
    tier: plan.tier,
    eye: plan.eye,
    lines: of("line").map(({ name, points, forward, backward }) => ({
      name: name.trim(),
      start: points[0] ?? [0, 0],
      end: points[1] ?? [0, 0],
      ...(forward.trim() ? { forward: forward.trim() } : {}),
      ...(backward.trim() ? { backward: backward.trim() } : {}),
    })),
    zones: of("zone").map(({ name, points }) => ({ name: name.trim(), points })),
    ...(ground ? { ground: { picture: ground.points, metres: ground.metres } } : {}),
    ...Object.fromEntries(Object.entries(plan.rules).filter(([, rules]) => rules.length > 0)),
  };
}

/** A name that no shape of its kind has yet: the word and a number. */
export function freeName(plan: Plan, kind: Kind, word: string): string {
  const taken = new Set(plan.shapes.filter((one) => one.kind === kind).map(({ name }) => name));
  for (let number = 1; ; number++) if (!taken.has(`${word} ${number}`)) return `${word} ${number}`;
}

/** Everything that is wrong with a shape, the drawn form first. */
export function flawsOf(plan: Plan, at: number): ShapeFlaw[] {
  const one = plan.shapes[at];
  if (!one) return [];
  const drawn =
    one.kind === "ground"
      ? groundFlaw(one.points, one.metres)
      : one.kind === "line"
        ? lineFlaw(one.points)
        : zoneFlaw(one.points);
  return [...(drawn ? [drawn] : []), ...nameFlaws(plan, one)];
}

function nameFlaws(plan: Plan, one: Shape): ShapeFlaw[] {
  if (one.kind === "ground") return [];
  const name = one.name.trim();
  if (!name) return ["no-name"];
  if (name.length > LONGEST_NAME) return ["long-name"];
  const same = plan.shapes.filter((other) => other.kind === one.kind && other.name.trim() === name);
  return same.length > 1 ? ["same-name"] : [];
}

/** Rename a shape, and wherever a rule names it. */
export function renamed(plan: Plan, at: number, name: string): Plan {
  const one = plan.shapes[at];
  if (!one) return plan;
  const shapes = plan.shapes.map((other, index) => (index === at ? { ...other, name } : other));
  const names = namesIn(one.kind);
  return { ...plan, shapes, rules: eachRule(plan.rules, (rule) => replaced(rule, names, one.name, name)) };
}

/** Take a shape away, and out of the rules that name it; a rule that needs one and has none left goes too. */
export function without(plan: Plan, at: number): Plan {
  const one = plan.shapes[at];
  if (!one) return plan;
  const names = namesIn(one.kind);
  const rules: Record<string, Rule[]> = {};
  for (const [analytic, some] of Object.entries(plan.rules)) {
    rules[analytic] = some.flatMap((rule) => {
      const left = replaced(rule, names, one.name, null);
      return left === null ? [] : [left];
    });
  }
  return { ...plan, shapes: plan.shapes.filter((_, index) => index !== at), rules };
}

/** How many rules name a shape. */
export function rulesNaming(plan: Plan, at: number): number {
  const one = plan.shapes[at];
  if (!one || one.kind === "ground") return 0;
  const names = namesIn(one.kind);
  return Object.values(plan.rules)
    .flat()
    .filter((rule) => JSON.stringify(replaced(rule, names, one.name, null)) !== JSON.stringify(rule)).length;
}

export type Refers = "line" | "zone";

/** Which kind of shape a field of a rule names; null where it names none. */
export function refers(field: string): Refers | null {
  if (/^(lines?|from|to|from_line|to_line|staff)$/.test(field) || /_lines?$/.test(field)) return "line";
  return /^zones?$/.test(field) || /_zones?$/.test(field) ? "zone" : null;
}

const namesIn = (kind: Kind): Refers | null => (kind === "ground" ? null : kind);

function eachRule(rules: Rules, change: (rule: Rule) => Rule | null): Rules {
  return Object.fromEntries(
    Object.entries(rules).map(([name, some]) => [name, some.map((rule) => change(rule) ?? rule)]),
  );
}

/** A rule with one name in place of another, or without it; null where it cannot be without. */
function replaced(rule: Rule, kind: Refers | null, from: string, to: string | null): Rule | null {
  const made: Rule = {};
  for (const [field, value] of Object.entries(rule)) {
    if (refers(field) === kind && kind !== null) {
      if (Array.isArray(value)) {
        const left = value.flatMap((one) => (one !== from ? [one] : to === null ? [] : [to]));
        // A rule of this line alone would be one of every line if it named none.
        if (value.length > 0 && left.length === 0) return null;
        made[field] = left;
      } else if (value === from) {
        if (to === null) return null;
        made[field] = to;
      } else made[field] = value;
    } else if (Array.isArray(value)) {
      made[field] = value.flatMap((one) => {
        if (typeof one !== "object" || one === null || Array.isArray(one)) return [one];
        const inner = replaced(one as Rule, kind, from, to);
        return inner === null ? [] : [inner];
      });
    } else made[field] = value;
  }
  return made;
}

export interface Difference {
  added: string[];
  removed: string[];
  changed: string[];
  /** Rules, tier or eye. */
  otherwise: boolean;
}

/** What saving changes, for who confirms it. */
export function differenceOf(before: Plan, after: Plan): Difference {
  const key = ({ kind, name }: Shape): string => `${kind} ${name}`;
  const old = new Map(before.shapes.map((one) => [key(one), JSON.stringify(one)]));
  const now = new Map(after.shapes.map((one) => [key(one), JSON.stringify(one)]));
  const names = (from: readonly Shape[], wanted: (one: Shape) => boolean): string[] =>
    from.filter(wanted).map(({ name }) => name);
  const rest = ({ tier, eye, rules }: Plan): string => JSON.stringify([tier, eye, rules]);
  return {
    added: names(after.shapes, (one) => !old.has(key(one))),
    removed: names(before.shapes, (one) => !now.has(key(one))),
    changed: names(after.shapes, (one) => old.has(key(one)) && old.get(key(one)) !== JSON.stringify(one)),
    otherwise: rest(before) !== rest(after),
  };
}

/** A rule with a field changed; without it where there is no value. */
export function withField(rule: Rule, field: string, value: unknown): Rule {
  const rest = Object.entries(rule).filter(([name]) => name !== field);
  return Object.fromEntries(value === undefined ? rest : [...rest, [field, value]]);
}
