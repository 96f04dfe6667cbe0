/** Days with their year, as people write them: 21 Nov 2026. */
import { shortClock, type Language } from "./words";

const LOCALE = { id: "id-ID", en: "en-GB" } as const;

/** A day of the calendar, given as 2026-11-21. */
export function dateWords(iso: string, language: Language): string {
  return say(Date.parse(iso.slice(0, 10)), language, "UTC");
}

/** The day of a moment (RFC 3339), in the city's zone. */
export function dayOf(moment: string, language: Language, zone: string): string {
  return say(Date.parse(moment), language, zone);
}

/** 21 Nov 2026 14.05 */
export function momentWords(moment: string, language: Language, zone: string): string {
  return `${dayOf(moment, language, zone)} ${shortClock(Date.parse(moment), language, zone)}`;
}

function say(at: number, language: Language, zone: string): string {
  if (Number.isNaN(at)) return "–";
  return new Intl.DateTimeFormat(LOCALE[language], {
    timeZone: zone,
    day: "numeric",
    month: "short",
    year: "numeric",
  }).format(at);
}
