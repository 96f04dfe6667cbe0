/** When something was, as people say it: this morning, last night, yesterday afternoon. */
import { day, shortClock, type Language } from "../time/words";
import { fields } from "../time/wall-clock";

const PARTS = {
  id: {
    today: ["tadi dini hari", "tadi pagi", "tadi siang", "tadi sore", "tadi malam"],
    yesterday: ["kemarin dini hari", "kemarin pagi", "kemarin siang", "kemarin sore", "tadi malam"],
  },
  en: {
    today: ["early this morning", "this morning", "today", "this afternoon", "this evening"],
    yesterday: ["early yesterday", "yesterday morning", "yesterday", "yesterday afternoon", "last night"],
  },
} as const;
const AT = { id: "pukul", en: "at" } as const;
const DAYS = { id: ["Hari ini", "Kemarin"], en: ["Today", "Yesterday"] } as const;
const DAY_MS = 86_400_000;

/** How many of the zone's days lie between two moments. */
function daysBetween(at: number, now: number, zone: string): number {
  const date = (moment: number): number => Date.parse(fields(moment, zone).date);
  return Math.round((date(now) - date(at)) / DAY_MS);
}

function partOf(at: number, zone: string): 0 | 1 | 2 | 3 | 4 {
  const hour = Number(fields(at, zone).time.slice(0, 2));
  if (hour < 4) return 0;
  if (hour < 11) return 1;
  if (hour < 15) return 2;
  return hour < 18 ? 3 : 4;
}

/** tadi malam 21.14; or pukul 21.14 when it is longer ago, and the day stands above. */
export function moment(at: number, now: number, language: Language, zone: string): string {
  const days = daysBetween(at, now, zone);
  const time = shortClock(at, language, zone);
  if (days !== 0 && days !== 1) return `${AT[language]} ${time}`;
  return `${PARTS[language][days === 0 ? "today" : "yesterday"][partOf(at, zone)]} ${time}`;
}

/** Hari ini, Kemarin, Jum 20 Nov. */
export function dayName(at: number, now: number, language: Language, zone: string): string {
  const days = daysBetween(at, now, zone);
  return (days === 0 || days === 1 ? DAYS[language][days] : undefined) ?? day(at, language, zone);
}

/** 02.10–02.20; with its day where that is not the day of the look. */
export function stretch(
  from: number,
  to: number | null,
  seen: number,
  language: Language,
  zone: string,
): string {
  const start = shortClock(from, language, zone);
  const end = to === null ? start : shortClock(to, language, zone);
  const clock = start === end ? start : `${start}–${end}`;
  return fields(from, zone).date === fields(seen, zone).date
    ? clock
    : `${day(from, language, zone)} ${clock}`;
}
