/** Every word of the page, Indonesian and English; a verdict's are those of `ronda verify`. */

import said from "../../../src/ronda/evidence/verifying/words.json";
import type { Facts, Finding, Kind } from "./verdict";

export type Language = "id" | "en";

const PAGE = {
  title: { id: "Periksa keaslian rekaman", en: "Verify a recording" },
  intro: {
    id: "Letakkan semua berkas yang Anda terima di sini: .mp4, .manifest.json, .sig, .pem. Halaman ini bekerja tanpa jaringan; berkas tidak meninggalkan perangkat Anda.",
    en: "Put all the files that you received here: .mp4, .manifest.json, .sig, .pem. This page works without a network; the files do not leave your device.",
  },
  choose: { id: "Pilih berkas", en: "Choose files" },
  drop: { id: "atau seret berkas ke halaman ini", en: "or drag them onto this page" },
  fingerprint: {
    id: "Sidik SHA-256 otoritas kota (boleh kosong)",
    en: "SHA-256 fingerprint of the city's authority (may be empty)",
  },
  fingerprintHint: {
    id: "64 digit yang diumumkan kota, atau yang tercetak di berita acara. Ambil dari sumber lain daripada yang memberi Anda rekaman ini.",
    en: "64 digits that the city publishes or that are printed in the berita acara. Get them from elsewhere than from whoever gave you this recording.",
  },
  fingerprintWrong: { id: "Sidik harus 64 digit (0-9, a-f).", en: "A fingerprint has 64 digits (0-9, a-f)." },
  noFilm: { id: "Belum ada berkas .mp4 di antaranya.", en: "There is no .mp4 file among them yet." },
  reading: { id: "Memeriksa", en: "Checking" },
  findings: { id: "Yang ditemukan", en: "What was found" },
  facts: { id: "Menurut berkas", en: "What the file says" },
  clear: { id: "Mulai lagi", en: "Start again" },
  language: { id: "Bahasa", en: "Language" },
  failed: {
    id: "Berkas tidak dapat dibaca oleh peramban ini: {problem}",
    en: "This browser cannot read the file: {problem}",
  },
  files: { id: "Berkas yang dipilih", en: "Chosen files" },
} as const;

export type Word = keyof typeof PAGE;

export function word(name: Word, language: Language): string {
  return PAGE[name][language];
}

type Both = Record<Language, string>;
const FINDINGS: Record<string, Both> = said.findings;
const FACTS: Record<string, Both> = said.facts;
const CAUSES: Record<string, Both> = said.causes;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

export function headline(kind: Kind, language: Language): { word: string; sentence: string } {
  return said.verdicts[kind][language];
}

export function notCompared(language: Language): string {
  return said.uncompared[language];
}

export function sentence(finding: Finding, language: Language): string {
  const template = FINDINGS[finding.code]?.[language] ?? finding.code;
  return template.replace(/\{(\w+)\}/g, (_, name: string) =>
    shown(name, finding.values[name] ?? "?", language),
  );
}

export function labelled(facts: Facts, language: Language): [string, string][] {
  return Object.entries(facts)
    .filter(([name, value]) => value && FACTS[name])
    .map(([name, value]) => [FACTS[name]?.[language] ?? name, shown(name, value as string, language)]);
}

function shown(name: string, value: string | number, language: Language): string {
  const text = String(value);
  if (name === "cause") return CAUSES[text]?.[language] ?? text;
  // Nothing that a file says may turn around or hide what stands beside it.
  if (!TIME.test(text)) return text.replace(/[\p{Cc}\p{Cf}]/gu, " ");
  return new Intl.DateTimeFormat(language === "id" ? "id-ID" : "en-GB", {
    dateStyle: "medium",
    timeStyle: "long",
  }).format(new Date(text));
}
