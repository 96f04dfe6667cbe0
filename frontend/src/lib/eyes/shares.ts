/** Masks of one camera: how many of those who passed a zone wore one, did not, or could not be told. */
import type { Count, Document, EyeName } from "../api/watching";
import { eyesOf } from "./series";

export const MASK_LABELS = ["masked", "unmasked", "mask-unknown"] as const;
export type MaskLabel = (typeof MASK_LABELS)[number];

export interface Shares {
  counts: Record<MaskLabel, number>;
  total: number;
}

export interface ZoneMasks {
  zone: string;
  eyes: EyeName[];
  today: Shares;
  /** The hours in which somebody passed, in the order of time. */
  hours: { at: number; shares: Shares }[];
}

const isMask = ({ label }: Pick<Count, "label">): boolean =>
  (MASK_LABELS as readonly string[]).includes(label);

/** What passed lines: masks are no traffic. */
export const traffic = <T extends Count>(counts: readonly T[]): T[] => counts.filter((one) => !isMask(one));

/** The zones whose masks a document lets be counted. */
export function maskZones(document: Document | null): string[] {
  const rules = document?.["masks"];
  const zones = (Array.isArray(rules) ? rules : []).map((rule: unknown) =>
    typeof rule === "object" && rule !== null ? (rule as Record<string, unknown>)["zone"] : undefined,
  );
  return zones.filter((zone): zone is string => typeof zone === "string");
}

/** Masks by zone, over the hours told; a zone that is watched and saw nobody has zeros. */
export function masksOf(hours: readonly Count[], zones: readonly string[]): ZoneMasks[] {
  const masks = hours.filter(isMask);
  const all = [...new Set([...zones, ...masks.map(({ line }) => line)])];
  return all.map((zone) => {
    const own = masks.filter(({ line }) => line === zone);
    const times = [...new Set(own.map(({ at }) => at))].sort();
    return {
      zone,
      eyes: eyesOf(own),
      today: sharesOf(own),
      hours: times.map((at) => ({
        at: Date.parse(at),
        shares: sharesOf(own.filter((one) => one.at === at)),
      })),
    };
  });
}

function sharesOf(counts: readonly Count[]): Shares {
  const sum = (label: MaskLabel): number =>
    counts.filter((one) => one.label === label).reduce((all, { count }) => all + count, 0);
  const found = { masked: sum("masked"), unmasked: sum("unmasked"), "mask-unknown": sum("mask-unknown") };
  return { counts: found, total: found.masked + found.unmasked + found["mask-unknown"] };
}

/** Whole percents that add up to 100 (the largest remainders are rounded up); zeros of nothing. */
export function percents({ counts, total }: Shares): Record<MaskLabel, number> {
  const exact = MASK_LABELS.map((label) => (total > 0 ? (100 * counts[label]) / total : 0));
  const whole = exact.map(Math.floor);
  const left = total > 0 ? 100 - whole.reduce((sum, one) => sum + one, 0) : 0;
  const order = exact
    .map((value, at) => ({ at, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest)
    .slice(0, left);
  for (const { at } of order) whole[at] = (whole[at] ?? 0) + 1;
  return { masked: whole[0] ?? 0, unmasked: whole[1] ?? 0, "mask-unknown": whole[2] ?? 0 };
}
