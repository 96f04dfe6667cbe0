/** How a camera is, as its neighbourhood says it: what the register knows goes before what the network says. */
import type { Camera } from "../api/types";
import { health, silentSince, type Health } from "../health";
import { whyDead } from "../i18n/state";
import type { Words } from "../i18n/space";
import { dateWords } from "../time/date";
import type { Language } from "../time/words";

export interface Condition {
  health: Health;
  text: string;
  /** What is being done about it; empty where nothing is known. */
  mend: string;
}

interface Reader {
  language: Language;
  now: number;
  words: Words;
  causes: Record<string, string>;
}

export function conditionOf(camera: Camera, reader: Reader): Condition {
  const { language, now, words, causes } = reader;
  const { trouble } = camera;
  if (trouble) {
    const cause = causes[trouble.cause] ?? trouble.cause;
    return {
      health: camera.connected === false ? "resting" : "dead",
      text: words.trouble(cause, dateWords(trouble.since, language)),
      mend: trouble.target === null ? "" : words.target(dateWords(trouble.target, language)),
    };
  }
  if (camera.connected === false) return { health: "resting", text: words.notConnected, mend: "" };
  const found = health(camera, now);
  const text = found === "dead" ? whyDead(camera, silentSince(camera), now, language) : words.alive;
  // A camera at rest works: its pictures are fetched when somebody looks.
  return { health: found === "resting" ? "alive" : found, text, mend: "" };
}
