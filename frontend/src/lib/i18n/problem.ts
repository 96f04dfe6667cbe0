/** What went wrong, as a sentence with its mend. */
import { Refusal } from "../api/http";
import type { Language } from "../time/words";
import { en } from "./en";
import { id } from "./id";

export function sentence(error: unknown, language: Language): string {
  const words = language === "en" ? en : id;
  if (error instanceof Refusal) return [error.detail, error.mend].filter(Boolean).join(" ");
  return words.serverGoneEmpty;
}

/** Why this device's camera cannot be used. */
export function refused(error: unknown, language: Language): string {
  const words = (language === "en" ? en : id).addPage;
  if (!(error instanceof DOMException)) return sentence(error, language);
  if (error.name === "NotAllowedError") return words.deviceDenied;
  return error.name === "NotFoundError" ? words.deviceNone : words.deviceBusy;
}
