/** One line of the access log as a sentence, in parts: who, what they are, what they did. */
import { exactLength, type Language } from "../time/words";
import type { Words } from "../i18n/accesslog";
import type { Line } from "./gather";
import { moment, stretch } from "./moment";

export interface Sentence {
  who: string;
  role: string;
  /** menonton langsung Gang masuk; rekaman 02.10–02.20, selama 12 mnt */
  did: string;
  when: string;
  purpose: string;
  /** Why it was refused; empty where it was not. */
  refusal: string;
  remote: string;
}

export function sentence(line: Line, words: Words, now: number, language: Language, zone: string): Sentence {
  const { look } = line;
  const did = deed(line, words);
  const parts = [look.allowed ? did : words.refused(did)];
  if (line.from !== null) parts.push(words.footage(stretch(line.from, line.to, line.last, language, zone)));
  if (line.over !== null && line.times === 1 && line.over - line.first >= 1000)
    parts.push(words.lasting(exactLength(line.over - line.first, language)));
  if (line.times > 1) parts.push(words.times(line.times));
  return {
    who: nameOf(look.who, look.erased, look.display, words),
    role: look.role === null ? "" : (words.roles[look.role] ?? look.role),
    did: parts.join(", "),
    when: moment(line.last, now, language, zone),
    purpose: look.purpose ? words.purpose(shown(look.purpose, words)) : "",
    refusal: look.allowed || !look.reason ? "" : words.reason(shown(look.reason, words)),
    remote: words.remote[look.remote] ?? "",
  };
}

export function nameOf(who: string, erased: boolean, display: string, words: Words): string {
  if (erased) return words.someone;
  if (display) return display;
  if (who === "local") return words.machine;
  if (who === "applicant") return words.applicant;
  if (who === "anonymous" || who === "") return words.nobody;
  return who.startsWith("token:") ? words.program(who.slice("token:".length)) : who;
}

function deed({ look }: Line, words: Words): string {
  let what = "";
  if (look.camera !== null) what = look.camera_name || look.camera;
  else if (look.subject) what = `(${shown(look.subject, words)})`;
  else if (look.area !== null) what = words.inArea(look.area);
  const say = words.deed[look.action];
  return (say ? say(what) : words.otherDeed(look.action, what)).replace(/\s+/g, " ").trim();
}

function shown(text: string, words: Words): string {
  return text === "(erased)" ? words.erasedWords : text;
}
