/** What the server says of masked copies, in Indonesian. */
import { Refusal } from "../../api/http";
import type { Language } from "../../time/words";
import { told as toldOfOthers } from "../registry/reasons";
import { sayer, type Pair } from "../said";

const SENTENCES: readonly Pair[] = [
  ["nothing is recorded at {} (any more)", "tidak (lagi) ada rekaman pada {}"],
  ["nothing of {} is recorded at {}", "tidak ada rekaman {} pada {}"],
  ["nothing of that stretch can be shown", "tidak ada yang dapat ditampilkan dari bagian itu"],
  ["choose another stretch", "pilih bagian lain"],
  ["choose another one", "pilih bagian lain"],
  ["choose a stretch that is recorded", "pilih bagian yang terekam"],
  ["the camera's picture changes its format at {}", "format gambar kamera berubah pada {}"],
  [
    "make one copy up to then, and one from then on",
    "buat satu salinan sampai saat itu, dan satu lagi sesudahnya",
  ],
  ["the disk has no room for the copy", "disk tidak cukup untuk salinan"],
  ["free some of it, or make a shorter copy", "kosongkan sebagian, atau buat salinan yang lebih pendek"],
  ["the copy cannot be written ({})", "salinan tidak dapat ditulis ({})"],
  ["look at the node's disk", "periksa disk simpulnya"],
  ["the copy could not be made", "salinan gagal dibuat"],
  [
    "the node was started anew while the copy was being made",
    "simpul dimulai ulang ketika salinan sedang dibuat",
  ],
  ["make it again", "buat lagi"],
  ["many copies wait to be made", "banyak salinan menunggu dibuat"],
  ["try again in some minutes", "coba lagi beberapa menit lagi"],
  ["this machine has too many pictures to make", "mesin ini sedang membuat terlalu banyak gambar"],
  ["try again when fewer people watch", "coba lagi ketika lebih sedikit orang menonton"],
  ["the camera's node cannot be reached", "simpul kamera itu tidak dapat dihubungi"],
  ["try again later", "coba lagi nanti"],
  ["a copy of {} seconds cannot be made", "salinan {} detik tidak dapat dibuat"],
  ["choose a stretch of 1 second to {} minutes", "pilih bagian sepanjang 1 detik sampai {} menit"],
  ["the request is about {}, not {}", "permintaan ini tentang kamera {}, bukan {}"],
  ["choose the camera that it names", "pilih kamera yang disebutnya"],
  ["the request is about another time", "permintaan ini tentang waktu lain"],
  [
    "stay within five minutes of the times that it names",
    "pilih waktu paling jauh lima menit dari yang disebutnya",
  ],
  ["others are not masked", "orang lain belum ditutup"],
  ["draw where the person is first", "tandai dulu di mana pemohon berada"],
  ["draw who or what is hidden first", "tandai dulu siapa atau apa yang ditutup"],
  ["the request is {}", "permintaan ini {}"],
  ["verify first that whoever asks is who they say", "pastikan dulu bahwa pemohon benar orangnya"],
  ["there are {} copies for it already", "sudah ada {} salinan"],
  ["copies are made once it is approved", "salinan dapat dibuat setelah perkara disetujui"],
  ["the case does not ask for that of {}", "perkara ini tidak meminta bagian itu dari {}"],
  ["stay within its stretches", "pilih waktu di dalam rekaman yang diminta"],
  ["the case asks for nothing of {} then", "perkara ini tidak meminta rekaman {} pada waktu itu"],
  ["choose one of its stretches", "pilih salah satu rekamannya"],
  ["withdraw one first", "tarik satu dulu"],
  ["the request names no camera", "permintaan ini tidak menyebut kamera"],
  ["the copy is {} already", "salinan ini sudah berakhir ({})"],
];

const say = sayer(SENTENCES);

/** What went wrong with a masked copy, as a sentence with its mend. */
export function told(error: unknown, language: Language): string {
  if (!(error instanceof Refusal)) return toldOfOthers(error, language);
  const mend = error.mend ? say(error.mend, language) : null;
  return toldOfOthers(new Refusal(error.status, say(error.detail, language), mend, error.code), language);
}

/** Why a copy was not made, as the server wrote it down. */
export const failure = (problem: string, mend: string, language: Language): string =>
  told(new Refusal(0, problem, mend || null), language);
