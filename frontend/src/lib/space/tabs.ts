/** The parts of an area's space, as its address names them; which of them somebody finds there. */
import type { Space } from "../api/space";

export const TABS = ["progress", "cameras", "faults", "links", "people", "looked"] as const;
export type Tab = (typeof TABS)[number];

/** What each part takes; an area without areas below has no progress to compare. */
const NEEDS: Partial<Record<Tab, string>> = {
  faults: "report",
  people: "persons",
  looked: "access-log",
};

export function tabsOf(space: Space): Tab[] {
  return TABS.filter((tab) => {
    if (tab === "progress") return space.children.length > 0;
    const needs = NEEDS[tab];
    if (tab === "faults" && space.may.includes("moderate")) return true;
    return needs === undefined || space.may.includes(needs);
  });
}

/** The part that an address asks for, or the first one where it asks for none that is there. */
export function tabOf(wanted: string | null, tabs: readonly Tab[]): Tab {
  return tabs.find((tab) => tab === wanted) ?? tabs[0] ?? "cameras";
}
