/** Numbers as people of a language write them. */
import type { Language } from "../time/words";

const LOCALE = { id: "id-ID", en: "en-GB" } as const;

export function decimal(value: number, language: Language, digits = 1): string {
  return value.toLocaleString(LOCALE[language], { maximumFractionDigits: digits });
}

export function bitrate(bps: number, language: Language): string {
  return bps >= 1_000_000
    ? `${decimal(bps / 1_000_000, language)} Mbps`
    : `${decimal(bps / 1000, language, 0)} kbps`;
}

export function bytes(count: number, language: Language): string {
  if (count >= 1_000_000_000) return `${decimal(count / 1_000_000_000, language)} GB`;
  if (count >= 1_000_000) return `${decimal(count / 1_000_000, language)} MB`;
  return `${decimal(Math.max(1, count / 1000), language, 0)} kB`;
}
