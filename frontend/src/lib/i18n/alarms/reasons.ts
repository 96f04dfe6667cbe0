/** What the server says of alarms and dispatches, in Indonesian. */
import { Refusal } from "../../api/http";
import type { Language } from "../../time/words";
import { sentence } from "../problem";
import { sayer, type Pair } from "../said";

const SENTENCES: readonly Pair[] = [
  ["there is no such alarm", "peringatan ini tidak ada"],
  ["there is no such dispatch", "penugasan ini tidak ada"],
  ["it may be too old", "mungkin sudah terlalu lama"],
  ["the alarm is closed", "peringatan ini sudah ditutup"],
  ["reopen it first", "buka lagi dulu"],
  ["the alarm is open", "peringatan ini masih terbuka"],
  ["there is nothing to reopen", "tidak ada yang perlu dibuka lagi"],
  ["the alarm is still open", "peringatan ini masih terbuka"],
  ["close it with a verdict", "tutup dengan putusan"],
  ["the alarm was closed more than a day ago", "peringatan ini ditutup lebih dari sehari yang lalu"],
  ["its verdict can still be changed", "putusannya masih dapat diubah"],
  ["{} looks at this alarm already", "{} sudah memeriksa peringatan ini"],
  ["take it over if you must", "ambil alih bila perlu"],
  [
    "an alarm that is {} cannot be {}",
    "peringatan sudah berubah dan tidak dapat diubah begitu lagi ({}, {})",
  ],
  ["take it first", "ambil dulu"],
  [
    "look at it again: somebody else may have been there",
    "muat ulang: mungkin orang lain sudah mengerjakannya",
  ],
  ["the camera is out of publication for this alarm", "kamera ini ditarik karena peringatan ini"],
  ["decide on its view", "putuskan dulu pandangannya"],
  ["{} has this alarm already", "{} sudah menerima peringatan ini"],
  ["wait for its answer, or take it back", "tunggu jawabannya, atau tarik kembali"],
  ["the alarm was handed on very often already", "peringatan ini sudah terlalu sering dikirim"],
  ["call the agency", "telepon instansinya"],
  ["there is no agency {}", "instansi {} tidak ada"],
  ["choose one of the register", "pilih dari daftar instansi"],
  ["a dispatch that is {} cannot become {}", "penugasan sudah berubah ({} tidak dapat menjadi {})"],
  ["look at it again", "muat ulang dan lihat lagi"],
  ["no reason is given", "alasan belum diisi"],
  ["say why: the sender must find somebody else", "tulis alasannya: pengirim harus mencari yang lain"],
];

const say = sayer(SENTENCES);

/** What went wrong, as a sentence with its mend. */
export function toldAlarm(error: unknown, language: Language): string {
  if (!(error instanceof Refusal)) return sentence(error, language);
  return [error.detail, error.mend]
    .filter((text) => text !== null && text !== "")
    .map((text) => closed(say(text ?? "", language)))
    .join(" ");
}

function closed(text: string): string {
  const whole = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
