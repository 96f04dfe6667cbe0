/** The kinds of entries that the registry's pages show, and what register each is in. */
import type { Asked, Register } from "../api/registry";

export type Kind = "areas" | "sites" | "recorders" | "cameras" | "agencies" | "partners" | "towers" | "links";

export const KINDS: readonly Kind[] = [
  "sites",
  "cameras",
  "recorders",
  "links",
  "towers",
  "areas",
  "partners",
  "agencies",
];

export function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text);
}

/** Towers and links are parts of sites. */
export function registerOf(kind: Exclude<Kind, "cameras">): Register {
  return kind === "towers" || kind === "links" ? "sites" : kind;
}

/** What a list of this kind always asks for. */
export function alwaysAsked(kind: Kind): Asked {
  if (kind === "towers") return { having: "tower" };
  return kind === "links" ? { having: "link" } : {};
}

/** Whose business it is: agencies and partners are the whole city's. */
export function wholeCityOnly(kind: Kind): boolean {
  return kind === "agencies" || kind === "partners";
}

/** What a list of this kind can be narrowed by, beside words. */
export function narrowedBy(kind: Kind): { area: boolean; kind: boolean; level: boolean } {
  return {
    area: !wholeCityOnly(kind),
    kind: ["sites", "cameras", "links"].includes(kind),
    level: kind === "areas",
  };
}

/** Where an entry is edited. */
export function addressOf(kind: Kind, id: string): string {
  const home = kind === "cameras" ? kind : registerOf(kind);
  return `/registry/${home}/${encodeURIComponent(id)}`;
}
