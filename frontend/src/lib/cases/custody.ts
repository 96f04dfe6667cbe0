/** What a row of the chain of custody says besides who and when, in the reader's words. */
import type { Custody } from "../api/cases";
import type { Words } from "../i18n/cases/id";

const PER_MS = 90;
const KINDS = ["view", "download"] as const;

/** `name` tells what a camera is called, `moment` writes one (ms since 1970). */
export interface Telling {
  words: Words["custodySays"];
  name: (camera: string) => string;
  moment: (at: number) => string;
}

export function saidOf({ what, subject, note }: Custody, telling: Telling): string[] {
  const { name, words } = telling;
  switch (what) {
    case "held":
      return held(subject, note, telling);
    case "approved":
      return [note];
    case "shared":
      return [subject, ...shared(note, telling)];
    case "opened":
      return [subject, kind(note, words)];
    default:
      return [name(subject), note];
  }
}

/** By the system: a camera, and until when; by a person: until when, and why. Moments are ticks of 90 kHz. */
function held(subject: string, note: string, { words, name, moment }: Telling): string[] {
  const until = (ticks: string): string => words.until(moment(Number(ticks) / PER_MS));
  if (/^\d+$/.test(subject)) return [until(subject), note];
  return [name(subject), /^\d+$/.test(note) ? until(note) : note];
}

/** `view, 2026-12-03T08:24:55.386Z, the file's name`. */
function shared(note: string, { words, moment }: Telling): string[] {
  const found = /^(\w+), ([^,]+Z), (.*)$/.exec(note);
  if (!found) return [note];
  const [, how = "", until = "", file = ""] = found;
  return [`${kind(how, words)}, ${words.until(moment(Date.parse(until)))}`, file];
}

function kind(text: string, words: Words["custodySays"]): string {
  const known = KINDS.find((one) => one === text);
  return known ? words[known] : text;
}
