/** Which decision counts in an area for a kind of site: the deepest area's, its own kind before every kind. */
import type { Decision } from "../api/registry";

export interface Effective {
  decision: Decision | null;
  /** It was made for this very area and kind. */
  own: boolean;
}

export function ancestors(area: string): string[] {
  const parts = area.split(".");
  return Array.from({ length: Math.max(0, parts.length - 1) }, (_, up) =>
    parts.slice(0, parts.length - up).join("."),
  );
}

export function effective(decisions: readonly Decision[], area: string, kind: string | null): Effective {
  const at = (code: string, of: string | null): Decision | undefined =>
    decisions.find((one) => one.camera === null && one.area === code && one.kind === of);
  for (const code of ancestors(area)) {
    const found = (kind ? at(code, kind) : undefined) ?? at(code, null);
    if (found) return { decision: found, own: code === area && found.kind === kind };
  }
  return { decision: null, own: false };
}

/** Decisions for areas that lie in this one. */
export function decidedBelow(decisions: readonly Decision[], area: string): Decision[] {
  return decisions.filter((one) => one.camera === null && one.area.startsWith(`${area}.`));
}
