/** What went wrong, as a sentence with its mend. */
import { Refusal } from "../api/client";
import type { Language } from "../time/words";
import { en } from "./en";
import { id } from "./id";

export function sentence(error: unknown, language: Language): string {
  const words = language === "en" ? en : id;
  if (error instanceof Refusal) return [error.detail, error.mend].filter(Boolean).join(" ");
  return words.serverGoneEmpty;
}
