/** A decision's way of showing, in words. */
import { decimal } from "../i18n/numbers";
import type { Words } from "../i18n/publishing/id";
import type { Decision } from "../api/registry";
import type { Language } from "../time/words";

const MINUTE_S = 60;

export function sayWay(
  decision: Pick<Decision, "mode" | "hours" | "delay_s">,
  words: Words,
  language: Language,
): string {
  const mode = words.modes[decision.mode] ?? decision.mode;
  if (decision.mode === "live-in-hours" && decision.hours.length > 0) {
    return words.hours(decision.hours.map(({ from, to }) => `${from}–${to}`).join(", "));
  }
  if (decision.mode === "delayed") {
    return `${mode}, ${words.delay(decimal(decision.delay_s / MINUTE_S, language, 1))}`;
  }
  return mode;
}
