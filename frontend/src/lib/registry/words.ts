/** Values of the registry as people read them: days, choices, hours, yes and no. */
import type { Words } from "../i18n/registry/id";
import { fields } from "../time/wall-clock";
import { dayAndClock, type Language } from "../time/words";

interface Told {
  words: Words;
  kinds: Record<string, string>;
  causes: Record<string, string>;
  language: Language;
  areaName: (code: string) => string;
  zone: string;
}

const CHOICE: Record<string, string> = {
  "link.state": "linkState",
  scope: "scope",
  "papers.purpose": "purpose",
  "recording.mode": "recordingMode",
  "recording.profile": "profile",
};
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const HZ_90K = 90_000;

/** 21 Nov 2026 */
export function sayDay(day: string, language: Language): string {
  const at = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return day;
  return at.toLocaleDateString(language === "id" ? "id-ID" : "en-GB", {
    timeZone: "UTC",
    day: "numeric",
    month: "short",
    year: "numeric",
  });
}

/** The day of a moment (RFC 3339) in the city's zone: 21 Nov 2026. */
export function sayDayOf(moment: string, language: Language, zone: string): string {
  return sayDay(fields(Date.parse(moment), zone).date, language);
}

/** The value of a field in words; what is empty is said so. */
export function sayValue(path: string, value: unknown, told: Told): string {
  const { words, language } = told;
  if (value === null || value === undefined || value === "") return words.nothing;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (path === "masks" && Array.isArray(value)) return words.history.masks(value.length);
  if (Array.isArray(value)) return value.map((one) => sayHours(one, words)).join("; ");
  const text = String(value);
  if (path === "outline") return words.history.outline;
  if (path === "kind") return told.kinds[text] ?? text;
  if (path === "cause" || path === "trouble.cause") return told.causes[text] ?? text;
  if (path === "area") return told.areaName(text);
  const choice = CHOICE[path];
  if (choice) return words.choices[choice]?.[text] ?? text;
  if (path === "mode") return words.camera.modes[text] ?? text;
  if (path.endsWith("_90k") && typeof value === "number") {
    return dayAndClock((value / HZ_90K) * 1000, language, told.zone);
  }
  return DAY.test(text) ? sayDay(text, language) : text;
}

export function sayHours(one: unknown, words: Words): string {
  if (typeof one !== "object" || one === null) return String(one);
  const get = (name: string): unknown => Reflect.get(one, name);
  const clock = (name: "from" | "to"): string => {
    const minute = get(`${name}_minute`);
    if (typeof minute !== "number") return String(get(name) ?? "");
    return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  };
  const days = get("weekdays");
  const named =
    Array.isArray(days) && days.length < 7
      ? days.map((day) => words.hours.short[Number(day)] ?? "").join(", ")
      : words.hours.daily;
  return `${clock("from")}–${clock("to")} ${named}`;
}
