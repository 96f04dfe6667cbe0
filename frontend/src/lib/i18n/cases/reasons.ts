/** What the server says of cases, sealed files and shares, in Indonesian. */
import type { Pair } from "../said";
import { EXAMINING_SENTENCES } from "./examining";

export const CASE_SENTENCES: readonly Pair[] = [
  [
    "only what is approved and open is shared",
    "hanya perkara yang disetujui dan terbuka yang dapat dibagikan",
  ],
  ["the export is not one of this case", "berkas itu bukan dari perkara ini"],
  ["choose one of its sealed files", "pilih salah satu berkas tersegelnya"],
  ["share it when it is ready, or seal the stretch again", "bagikan setelah siap, atau segel sekali lagi"],
  ["a share cannot last {} days", "tautan tidak dapat berlaku {} hari"],
  ["a copy to look at is at most {} minutes", "salinan untuk dilihat paling panjang {} menit"],
  ["seal less of it, or share it for download", "segel bagian yang lebih pendek, atau bagikan untuk diunduh"],
  [
    "the export has gaps, and a copy to look at hides none",
    "rekaman ini bercelah, dan salinan untuk dilihat tidak boleh menutupinya",
  ],
  ["share it for download", "bagikan untuk diunduh"],
  ["the receiver's name is missing or too long", "nama penerima kosong atau terlalu panjang"],
  ["use {} to {} letters", "pakai {} sampai {} huruf"],
  ["{} shares of this case are open", "sudah ada {} tautan terbuka dalam perkara ini"],
  ["end one of them first", "akhiri salah satunya dulu"],
  ["the link has ended", "tautan ini sudah berakhir"],
  ["ask whoever sent it for another one", "minta tautan baru kepada pengirimnya"],
  ["many copies wait to be made", "banyak salinan menunggu dibuat"],
  ["try again in some minutes", "coba lagi beberapa menit lagi"],
  [
    "nothing of {} is recorded then, so there is nothing to keep",
    "tidak ada rekaman {} pada waktu itu, sehingga tidak ada yang diamankan",
  ],
  ["nothing of that number passed this camera", "tidak ada yang lewat di kamera ini dengan nomor itu"],
  ["it may be too old", "mungkin sudah terlalu lama"],
  [
    "another case entitles you to that footage, not this one",
    "perkara lain yang memberi Anda hak atas rekaman itu",
  ],
  ["make the copy in that case", "buat salinannya dalam perkara itu"],
  ["there is no such case", "perkara itu tidak ada"],
  ["check its number", "periksa nomornya"],
  ["the trace has no such point", "gambar itu tidak ada di papan"],
  ["reopen it first", "buka kembali dulu"],
  ["the letter's number is missing", "nomor surat belum ada"],
  [
    "write it into the case first: the footage is held meanwhile",
    "catat dulu dalam perkara: rekamannya tetap diamankan",
  ],
  [
    "nobody decides on what they asked for themselves: ask somebody else who may",
    "permintaan sendiri tidak dapat diputuskan sendiri: mintalah orang lain yang berwenang",
  ],
  [
    "no approved case of yours covers that of {}",
    "belum ada perkara Anda yang disetujui untuk rekaman {} itu",
  ],
  ["ask for it first, in a case", "mintalah dulu, dalam perkara"],
  ["the footage of {} is still to come", "rekaman {} itu belum terjadi"],
  ["ask when it is there, or hold it now", "mintalah setelah ada, atau tahan sekarang"],
  ...EXAMINING_SENTENCES,
];
