/** A partner's agreement as its facts, in words. */
import type { Doc } from "../api/registry";
import type { Words as RegistryWords } from "../i18n/registry/id";
import type { Words } from "../i18n/sharing/id";
import { sayDay, sayHours } from "../registry/words";
import type { Language } from "../time/words";

/** Names and values, in the order in which they are read. */
export function sayAgreement(
  partner: Doc,
  words: Words,
  registry: RegistryWords,
  language: Language,
): [string, string][] {
  const text = (name: string): string => String(partner[name] ?? "");
  const scope = text("scope");
  const hours = Array.isArray(partner["hours"]) ? partner["hours"] : [];
  const when = registry.choices["scope"]?.[scope] ?? scope;
  return [
    [registry.fields["number"] ?? "", text("number") || registry.notSaid],
    [words.validity, validity(text("start"), text("end"), words, language)],
    [
      registry.fields["scope"] ?? "",
      scope === "hours" ? `${when}: ${hours.map((one) => sayHours(one, registry)).join("; ")}` : when,
    ],
    [words.public, partner["public"] ? words.publicYes : words.publicNo],
    ...(text("consent") ? [[registry.fields["consent"] ?? "", text("consent")] as [string, string]] : []),
  ];
}

function validity(start: string, end: string, words: Words, language: Language): string {
  if (!start) return words.notStarted;
  const from = sayDay(start, language);
  return end ? words.from(from, sayDay(end, language)) : words.openEnd(from);
}
