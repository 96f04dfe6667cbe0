/** The menu: what everybody finds there, and what only those who may. One line each. */
import type { Words } from "./i18n/shell/id";

export interface Entry {
  href: string;
  words: keyof Words["pages"];
  /** The action (of the session's `may`) that it takes; nothing for everybody's pages. */
  needs?: string;
}

export const ENTRIES: readonly Entry[] = [
  { href: "/", words: "portal" },
  { href: "/report", words: "report" },
  { href: "/transparency", words: "transparency" },
  { href: "/rules", words: "rules" },
  { href: "/wall", words: "wall", needs: "see" },
  { href: "/log", words: "log", needs: "access-log" },
  { href: "/onboarding", words: "onboarding", needs: "probe" },
  { href: "/import", words: "import", needs: "import" },
];

export function entriesFor(may: (action: string) => boolean): Entry[] {
  return ENTRIES.filter((entry) => entry.needs === undefined || may(entry.needs));
}
