/** How things of a camera's document are called on the screen. */
import type { EyeName } from "../api/watching";
import { eyes } from "../i18n/eyes";

export const thingWord = (label: string): string => eyes.words.things[label] ?? label;
/** A choice of a rule, or a thing, or a shape's own name. */
export const optionWord = (option: string): string => eyes.words.options[option] ?? thingWord(option);
export const unitWord = (unit: string): string => eyes.words.units[unit] ?? unit;
export const analyticWord = (name: string): string => eyes.words.analytics[name] ?? name;
/** A direction as somebody named it; one that nobody named is called by how the line lies. */
export const directionWord = (direction: string): string => eyes.words.directions[direction] ?? direction;
export const eyeWord = (eye: EyeName | null): string =>
  eye ? eyes.words.counts.eyeOf(eye.id, eye.version) : eyes.words.counts.unknownEye;

/** A measure by its name: "flow down" is the flow in the direction *down*. */
export function measureWord(name: string): string {
  const [first = name, ...rest] = name.split(" ");
  const { measure } = eyes.words.counts;
  const known = measure[name] ?? measure[first];
  if (!known) return name;
  return rest.length > 0 && !measure[name] ? `${known} ${directionWord(rest.join(" "))}` : known;
}

/** The name of a field: what is not known is shown as the server calls it. */
export function fieldWord(name: string): string {
  const known = eyes.words.fields[name];
  const plain = name.replaceAll("_", " ");
  return known ?? `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
}
