/** Moments and lengths of time, in words, in the city's zone. Moments are ms since 1970. */

export type Language = "id" | "en";

const LOCALE = { id: "id-ID", en: "en-GB" } as const;
const AGE = {
  id: { now: "baru saja", s: "dtk", m: "mnt", h: "jam", d: "hari", ago: "lalu" },
  en: { now: "just now", s: "s", m: "min", h: "h", d: "d", ago: "ago" },
} as const;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(
  language: Language,
  zone: string,
  name: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language}|${zone}|${name}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(LOCALE[language], { timeZone: zone, hourCycle: "h23", ...options });
    formats.set(key, found);
  }
  return found;
}

/** 12 dtk lalu */
export function age(ms: number, language: Language): string {
  const words = AGE[language];
  if (ms < 1500) return words.now;
  return `${length(ms, language)} ${words.ago}`;
}

/** The largest unit only: 12 dtk, 3 mnt, 2 jam, 4 hari. */
export function length(ms: number, language: Language): string {
  const words = AGE[language];
  const s = Math.floor(ms / 1000);
  if (s < 60) return `${Math.max(0, s)} ${words.s}`;
  if (s < 3600) return `${Math.floor(s / 60)} ${words.m}`;
  if (s < 86_400) return `${Math.floor(s / 3600)} ${words.h}`;
  return `${Math.floor(s / 86_400)} ${words.d}`;
}

/** The two largest units: 6 mnt 12 dtk. */
export function exactLength(ms: number, language: Language): string {
  const words = AGE[language];
  const s = Math.round(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(s / 86_400), words.d],
    [Math.floor(s / 3600) % 24, words.h],
    [Math.floor(s / 60) % 60, words.m],
    [s % 60, words.s],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return `0 ${words.s}`;
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

/** 02.10.05 */
export function clock(at: number, language: Language, zone: string): string {
  return format(language, zone, "clock", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(
    at,
  );
}

/** 02.10 */
export function shortClock(at: number, language: Language, zone: string): string {
  return format(language, zone, "short", { hour: "2-digit", minute: "2-digit" }).format(at);
}

/** Sab 21 Nov */
export function day(at: number, language: Language, zone: string): string {
  return format(language, zone, "day", { weekday: "short", day: "numeric", month: "short" })
    .format(at)
    .replace(",", "");
}

/** Sab 21 Nov 02.10.05 */
export function dayAndClock(at: number, language: Language, zone: string): string {
  return `${day(at, language, zone)} ${clock(at, language, zone)}`;
}

/** WIB; or GMT+7 where a zone has no name of its own. */
export function zoneName(zone: string, language: Language): string {
  const own: Record<string, string> = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
  };
  const parts = format(language, zone, "zone", { timeZoneName: "short" }).formatToParts(0);
  return own[zone] ?? parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** How far the zone is ahead of UTC at a moment, ms. */
export function zoneOffset(at: number, zone: string): number {
  const parts = format("en", zone, "offset", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return wall - Math.floor(at / 1000) * 1000;
}
