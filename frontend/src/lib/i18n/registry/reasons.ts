/** What the server says of the register, of publication and of personal data, in Indonesian. */
import { Refusal } from "../../api/http";
import type { Language } from "../../time/words";
import { CASE_SENTENCES } from "../cases/reasons";
import { sentence } from "../problem";
import { sayer, type Pair } from "../said";

/** What the server calls each kind of entry, and what the screen does. */
const KINDS: readonly Pair[] = [
  ["camera", "kamera"],
  ["site", "titik"],
  ["recorder", "perekam"],
  ["area", "wilayah"],
  ["agency", "instansi"],
  ["partner", "mitra"],
];
const MANY: readonly Pair[] = [
  ["cameras", "kamera"],
  ["recorders", "perekam"],
  ["sites", "titik"],
  ["areas", "wilayah"],
];

const SENTENCES: readonly Pair[] = [
  ["{} lies at {}, {}", "letak {} di {}, {} tidak masuk akal"],
  [
    "give latitude and longitude in degrees, such as -6.98, 110.41",
    "isi lintang dan bujur dalam derajat, misalnya -6.98 dan 110.41",
  ],
  ["the name of {} is not acceptable", "nama {} tidak dapat dipakai"],
  ["use 1 to {} letters, without control characters", "pakai 1 sampai {} huruf, tanpa karakter kendali"],
  ...KINDS.flatMap(([kind, own]) =>
    KINDS.map(([english, indonesian]): Pair => [
      `${kind} {} refers to ${english} {}, which is not there`,
      `${own} {} menunjuk ${indonesian} {}, yang tidak ada`,
    ]),
  ),
  ...KINDS.map(([english, indonesian]): Pair => [
    `the decision refers to ${english} {}, which is not there`,
    `keputusan ini menunjuk ${indonesian} {}, yang tidak ada`,
  ]),
  ...KINDS.map(([english, indonesian]): Pair => [
    `add the ${english} first, or correct it`,
    `tambahkan ${indonesian} itu dulu, atau betulkan`,
  ]),
  ["{} is not a region code", "{} bukan kode wilayah"],
  [
    "write it like 33.74.13.1006, or 33.74.13.1006.rw04.rt03 for an RT",
    "tulis seperti 33.74.13.1006, atau 33.74.13.1006.rw04.rt03 untuk RT",
  ],
  ["{} is not how this region code is written", "kode wilayah {} tidak ditulis begitu"],
  ["write {}", "tulis {}"],
  ["recorder {} has {} channels", "perekam {} punya {} kanal"],
  ["say 1 to 256", "isi 1 sampai 256"],
  ["{} hangs on channel {} of {}, which has {}", "{} memakai kanal {} dari {}, yang hanya punya {}"],
  ["correct it", "betulkan"],
  ["{} looks in direction {}", "arah pandang {} adalah {}"],
  ["say 0 to 359 degrees, clockwise from north", "isi 0 sampai 359 derajat dari utara, searah jarum jam"],
  ["{} has an angle of view of {}", "lebar pandang {} adalah {}"],
  ["say 1 to 360 degrees", "isi 1 sampai 360 derajat"],
  [
    "cameras {} and {} both hang on channel {} of recorder {}",
    "kamera {} dan {} memakai kanal {} yang sama pada perekam {}",
  ],
  ["give one of them another channel", "beri salah satunya kanal lain"],
  ...KINDS.flatMap(([kind, own]) =>
    MANY.map(([english, indonesian]): Pair => [
      `${kind} {} has {} ${english} still`,
      `${own} {} masih punya {} ${indonesian}`,
    ]),
  ),
  ...MANY.map(([english, indonesian]): Pair => [
    `move or remove its ${english} first`,
    `pindahkan atau hapus ${indonesian} di dalamnya dulu`,
  ]),
  ["there is a camera {} already", "kamera {} sudah ada"],
  ["choose another id, or change that one", "pilih kode lain, atau ubah yang sudah ada"],
  ...KINDS.map(([english, indonesian]): Pair => [`there is no ${english} {}`, `${indonesian} {} tidak ada`]),
  ...KINDS.map(([english, indonesian]): Pair => [
    `there was never a ${english} {}`,
    `tidak pernah ada ${indonesian} {}`,
  ]),
  ["nothing was ever decided at {}", "belum pernah ada keputusan pada {}"],
  ["you may not {}", "Anda tidak berhak melakukan ini ({})"],
  ["{} is no day", "{} bukan tanggal"],
  ["since={} is still to come", "tanggal mulai {} belum terjadi"],
  ["give the day on which it stopped", "isi tanggal kamera berhenti bekerja"],
  ["a decision on publication needs a reason", "keputusan publikasi perlu alasan"],
  ["say why in a sentence", "tulis alasannya dalam satu kalimat"],
  ["a mask is no area of the view", "topeng ini bukan bidang pada pandangan"],
  ["give 3 to {} corners between 0 and 1", "beri 3 sampai {} sudut"],
  ["{} does not speak for the partner {}", "{} tidak mewakili mitra {}"],
  ["let the partner do it", "mintalah mitra melakukannya"],
  ["{} has nothing to do with the partner {}", "{} tidak ada urusan dengan mitra {}"],
  ["ask the partner", "tanyakan kepada mitra"],
  [
    "{} has not withdrawn it, and does not speak for the partner {}",
    "bukan {} yang mencabutnya, dan ia tidak mewakili mitra {}",
  ],
  ["let the partner give it back", "mintalah mitra memberlakukannya lagi"],
  ["ending a partner's agreement needs a reason", "pencabutan perjanjian perlu alasan"],
  [
    "this partner has withdrawn its consent, and nobody else gives that back",
    "mitra ini mencabut persetujuannya, dan hanya mitra yang dapat memberikannya lagi",
  ],
  ["somebody else has just decided on this report", "orang lain baru saja memutuskan laporan ini"],
  ["look at it again", "muat ulang dan lihat lagi"],
  ["a report that is {} cannot become {}", "laporan yang {} tidak dapat menjadi {}"],
  ["accept it first", "terima dulu"],
  ["the breach was found in the future", "waktu ditemukan belum terjadi"],
  ["give the moment at which it was noticed", "isi waktu kebocoran diketahui"],
  ["a refusal needs a ground", "penolakan perlu dasar"],
  ["several reports came from here just now", "baru saja ada beberapa kiriman dari sini"],
  ["wait ten minutes; what you wrote is not lost", "tunggu sepuluh menit; tulisan Anda tidak hilang"],
];

const say = sayer([...SENTENCES, ...CASE_SENTENCES]);

/** What went wrong at the office's work, as a sentence with its mend. */
export function told(error: unknown, language: Language): string {
  if (!(error instanceof Refusal)) return sentence(error, language);
  const first = say(error.detail, language);
  return [closed(first), error.mend ? closed(say(error.mend, language)) : ""].filter(Boolean).join(" ");
}

/** A sentence begins with a capital and ends with a full stop. */
function closed(text: string): string {
  const whole = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
