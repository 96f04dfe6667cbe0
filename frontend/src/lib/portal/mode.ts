/** How residents see a camera, in one plain sentence. */
import type { PublicCamera } from "../api/public";
import type { Hours } from "../api/types";
import { decimal } from "../i18n/numbers";
import type { Words } from "../i18n/portal/id";
import type { Language } from "../time/words";

type Shown = Pick<PublicCamera, "mode" | "hours" | "delay_s">;

export function sayMode(camera: Shown, words: Words, language: Language): string {
  if (camera.mode === "live-in-hours" && camera.hours.length > 0) {
    return words.liveHours(camera.hours.map((hours) => sayHours(hours, words, language)).join(", "));
  }
  if (camera.mode === "delayed") {
    const minutes = camera.delay_s / 60;
    return words.delayedBy(decimal(minutes, language, minutes < 10 && minutes % 1 !== 0 ? 1 : 0));
  }
  return words.modes[camera.mode] ?? "";
}

/** 06.00–18.00 setiap hari; 06.00–18.00 Sen, Sel */
function sayHours(hours: Hours, words: Words, language: Language): string {
  const clock = (time: string): string => {
    const short = time.slice(0, 5);
    return language === "id" ? short.replace(":", ".") : short;
  };
  const span = `${clock(hours.from)}–${clock(hours.to)}`;
  const days = [...new Set(hours.weekdays)].sort((a, b) => a - b);
  if (days.length === 0 || days.length === 7) return `${span} ${words.daily}`;
  const names = days.map((day) => words.weekdays[day] ?? "").filter(Boolean);
  const row = days.length > 2 && (days.at(-1) ?? 0) - (days[0] ?? 0) === days.length - 1;
  return `${span} ${row ? `${names[0] ?? ""}–${names.at(-1) ?? ""}` : names.join(", ")}`;
}

/** Which way a camera looks, by eight directions. */
export function sayDirection(bearing: number, words: Words): string {
  const turn = ((bearing % 360) + 360) % 360;
  return words.directions[Math.round(turn / 45) % 8] ?? "";
}
