/**
 * Every page of the screen: one line each. A page is loaded when somebody goes there, with its words; what
 * its address holds (`:id`) are its properties.
 *
 * To add a page: write it in `src/pages`, its words in `lib/i18n/FEATURE`, and add a line here; one more in
 * `lib/navigation.ts` if it belongs into the menu. The server answers for the addresses of `web/pages.py`.
 */
import type { Component } from "svelte";

export type Params = Record<string, string>;

export interface Page {
  path: string;
  load: () => Promise<{ default: Component<Params> }>;
  /** Stands alone, without header: an embedded camera, a kiosk. */
  bare: boolean;
  /** Needs the feed of every camera that the person may see: the wall and what belongs to it. */
  feed: boolean;
}

interface Kind {
  bare?: boolean;
  feed?: boolean;
}

function page<P>(
  path: string,
  load: () => Promise<{ default: Component<P & object> }>,
  kind: Kind = {},
): Page {
  // The properties of a page are the names in its address: `path` and the component say the same.
  return { path, load: load as unknown as Page["load"], bare: kind.bare ?? false, feed: kind.feed ?? false };
}

export const PAGES: readonly Page[] = [
  page("/", () => import("../pages/PortalPage.svelte")),
  page("/cameras/:id", () => import("../pages/CameraDoor.svelte")),
  page("/cameras/:id/watching", () => import("../pages/WatchingPage.svelte")),
  page("/q/:id", () => import("../pages/PoleCodePage.svelte")),
  page("/report", () => import("../pages/ReportPage.svelte")),
  page("/traffic", () => import("../pages/TrafficPage.svelte")),
  page("/seen", () => import("../pages/SeenPage.svelte")),
  page("/replay", () => import("../pages/ReplayPage.svelte")),
  page("/happened", () => import("../pages/HappenedPage.svelte")),
  page("/cases", () => import("../pages/CasesPage.svelte")),
  page("/cases/:number", () => import("../pages/CasesPage.svelte")),
  page("/cases/:number/traces", () => import("../pages/CaseTracesPage.svelte")),
  page("/cases/:number/copies", () => import("../pages/CaseCopiesPage.svelte")),
  page("/transparency", () => import("../pages/TransparencyPage.svelte")),
  page("/rules", () => import("../pages/RulesPage.svelte")),
  page("/embed/:id", () => import("../pages/EmbedPage.svelte"), { bare: true }),
  page("/wall", () => import("../pages/WallPage.svelte"), { feed: true }),
  page("/log", () => import("../pages/AccessLogPage.svelte")),
  page("/onboarding", () => import("../pages/OnboardingPage.svelte")),
  page("/publication", () => import("../pages/PublicationPage.svelte")),
  page("/publication/:camera", () => import("../pages/CameraPublicationPage.svelte")),
  page("/alarms", () => import("../pages/AlarmsPage.svelte")),
  page("/alarms/:id", () => import("../pages/AlarmsPage.svelte")),
  page("/duty", () => import("../pages/DutyPage.svelte")),
  page("/moderation", () => import("../pages/ModerationPage.svelte")),
  page("/requests", () => import("../pages/RequestsPage.svelte")),
  page("/requests/:request", () => import("../pages/MaskedCopyPage.svelte")),
  page("/privacy", () => import("../pages/PrivacyPage.svelte")),
  page("/registry", () => import("../pages/RegistryPage.svelte")),
  page("/registry/:kind", () => import("../pages/RegistryPage.svelte")),
  page("/registry/:kind/:id", () => import("../pages/RegistryEntryPage.svelte")),
  page("/import", () => import("../pages/ImportPage.svelte")),
  page("/areas", () => import("../pages/AreasPage.svelte")),
  page("/areas/:code", () => import("../pages/AreaPage.svelte")),
  page("/e/:token", () => import("../pages/SharePage.svelte")),
  page("/join/:token", () => import("../pages/JoinPage.svelte")),
  page("/sharing", () => import("../pages/SharingPage.svelte")),
  page("/account", () => import("../pages/AccountPage.svelte")),
  page("/kiosk", () => import("../pages/KioskPage.svelte"), { bare: true }),
  page("/sign-in", () => import("../pages/SignInPage.svelte")),
];

export interface Match {
  page: Page;
  params: Params;
}

/** The page at an address; null where there is none. */
export function matchPage(path: string, pages: readonly Page[] = PAGES): Match | null {
  const parts = path.replace(/(?<=.)\/$/, "").split("/");
  for (const one of pages) {
    const params = paramsOf(one.path.split("/"), parts);
    if (params) return { page: one, params };
  }
  return null;
}

function paramsOf(pattern: string[], parts: string[]): Params | null {
  if (pattern.length !== parts.length) return null;
  const params: Params = {};
  for (const [at, name] of pattern.entries()) {
    const part = parts[at] ?? "";
    if (!name.startsWith(":")) {
      if (name !== part) return null;
      continue;
    }
    const value = decoded(part);
    if (!value) return null;
    params[name.slice(1)] = value;
  }
  return params;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
