/** Why something is not done, as the server wrote it down, in the reader's words: a problem and how to mend it. */
import { Refusal } from "../api/http";
import { told } from "../i18n/registry/reasons";
import type { Language } from "../time/words";

export function whyNot(said: string, language: Language): string {
  const [problem = "", ...mend] = said.split(": ");
  return told(new Refusal(409, problem, mend.join(": ") || null), language);
}
