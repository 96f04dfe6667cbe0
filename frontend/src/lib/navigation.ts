/** The menu: what everybody finds there, and what only those who may. One line each. */
import type { Session } from "./api/types";
import type { Words } from "./i18n/shell/id";
import { wholeCity } from "./office/reach";
import { partnersOf } from "./sharing/partners";
import { hasSpace } from "./space/session";

export interface Entry {
  href: string;
  words: keyof Words["pages"];
  /** The action (of the session's `may`) that it takes; nothing for everybody's pages. */
  needs?: string;
  /** Only for whoever has a space of their own, is somebody here, works for the whole city, or shares cameras. */
  own?: "space" | "account" | "city" | "partner";
}

export const ENTRIES: readonly Entry[] = [
  { href: "/", words: "portal" },
  { href: "/areas", words: "area", own: "space" },
  { href: "/report", words: "report" },
  { href: "/transparency", words: "transparency" },
  { href: "/privacy", words: "privacy" },
  { href: "/rules", words: "rules" },
  { href: "/sharing", words: "sharing", needs: "consent", own: "partner" },
  { href: "/wall", words: "wall", needs: "see" },
  { href: "/alarms", words: "alarms", needs: "alarms" },
  { href: "/duty", words: "duty", needs: "duty" },
  { href: "/traffic", words: "traffic", needs: "timeline" },
  { href: "/seen", words: "seen", needs: "replay" },
  { href: "/happened", words: "happened", needs: "replay" },
  { href: "/replay", words: "replay", needs: "replay" },
  { href: "/cases", words: "cases", needs: "case" },
  { href: "/log", words: "log", needs: "access-log" },
  { href: "/onboarding", words: "onboarding", needs: "probe" },
  { href: "/moderation", words: "moderation", needs: "moderate" },
  { href: "/publication", words: "publication", needs: "publication" },
  { href: "/requests", words: "requests", needs: "requests", own: "city" },
  { href: "/registry", words: "registry", needs: "registry" },
  { href: "/import", words: "import", needs: "import" },
  { href: "/account", words: "account", own: "account" },
];

export function entriesFor(session: Session | null): Entry[] {
  const has = {
    space: hasSpace(session),
    city: wholeCity(session),
    partner: partnersOf(session).length > 0,
    account: session?.person?.kind === "person",
  };
  return ENTRIES.filter(
    (entry) =>
      (entry.needs === undefined || (session?.may.includes(entry.needs) ?? false)) &&
      (entry.own === undefined || has[entry.own]),
  );
}
