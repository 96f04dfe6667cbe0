/** What the server says of examinations and traces, in Indonesian. */
import type { Pair } from "../said";

/** Why nothing is examined, and what mends that: said apart, and in one sentence. */
const NOT_NOW: readonly (readonly [Pair, Pair])[] = [
  [
    ["the case is requested", "perkara ini belum diputuskan"],
    ["footage is examined once somebody has approved it", "rekaman ditelaah setelah ada yang menyetujuinya"],
  ],
  [
    ["the case is closed", "perkara ini sudah ditutup"],
    ["reopen it first", "buka kembali dulu"],
  ],
  [
    ["the case is refused", "perkara ini ditolak"],
    ["open another one", "buka perkara lain"],
  ],
  [
    ["the case is withdrawn", "perkara ini ditarik kembali"],
    ["open another one", "buka perkara lain"],
  ],
  [
    ["the case was approved by the city's policy alone", "perkara ini disetujui oleh aturan kota saja"],
    [
      "ask in a case of one's own that a person approves",
      "ajukan dalam perkara tersendiri yang disetujui seorang pejabat",
    ],
  ],
  [
    ["the case names no legal basis", "perkara ini tidak menyebut dasar hukum"],
    ["open one that names the law it rests on", "buka perkara yang menyebut dasar hukumnya"],
  ],
  [
    ["the letter's number is missing", "nomor surat belum ada"],
    ["write it into the case first", "catat dulu dalam perkara"],
  ],
  [
    ["you may not have footage of this case examined", "Anda tidak berwenang menelaah rekaman perkara ini"],
    ["ask an officer or an investigator of the area", "mintalah petugas atau penyidik wilayah ini"],
  ],
];

const whole = ([problem, mend]: readonly [Pair, Pair]): Pair => [
  `${problem[0]}: ${mend[0]}`,
  `${problem[1]}: ${mend[1]}`,
];

export const EXAMINING_SENTENCES: readonly Pair[] = [
  ...NOT_NOW.map(whole),
  ...NOT_NOW.flat(),
  ["a trace is put together once it is approved", "jejak disusun setelah perkara disetujui"],
  ["more than 30 minutes are to be examined at once", "lebih dari 30 menit hendak ditelaah sekaligus"],
  ["ask for the minutes that matter", "pilih menit yang penting saja"],
  ["the stretch ends before it begins", "potongan ini berakhir sebelum mulai"],
  ["exchange from and to", "tukar waktu mulai dan selesai"],
  ["the case does not ask for that of {}", "perkara ini tidak meminta rekaman {} itu"],
  ["stay within its stretches", "tetaplah dalam potongan rekaman perkara"],
  ["the case has {} examinations already", "perkara ini sudah punya {} telaah"],
  ["delete some that led nowhere", "hapus yang tidak membawa hasil"],
  ["{} examinations of the case are under way", "{} telaah perkara ini sedang berjalan"],
  ["wait until one of them is done", "tunggu sampai salah satu selesai"],
  ["many examinations wait to be made", "banyak telaah menunggu giliran"],
  ["the examination has ended already", "telaah ini sudah berakhir"],
  ["the case was closed", "perkaranya ditutup"],
  ["reopen it, examine again", "buka kembali, lalu telaah lagi"],
  ["the node was started anew while it examined", "perekam dinyalakan ulang ketika menelaah"],
  ["its node has lost what was found", "perekamnya kehilangan temuan"],
  ["examine again", "telaah sekali lagi"],
  ["the case's footage is kept no longer", "rekaman perkara tidak lagi disimpan"],
  ["the examination took too long", "telaah ini terlalu lama"],
  ["ask for fewer minutes at once", "pilih lebih sedikit menit"],
  ["ask for fewer minutes", "pilih lebih sedikit menit"],
  ["the examination ended without an answer", "telaah berhenti tanpa jawaban"],
  ["{} more things passed than are kept of one examination", "{} benda lagi lewat, melebihi isi satu telaah"],
  ["{} pictures of the footage are damaged and were left out", "{} gambar rekaman rusak dan dilewati"],
  ["no examination of this case has found that", "tidak ada telaah perkara ini yang menemukannya"],
  ["choose something that was found", "pilih salah satu temuan"],
  ["{} is no plate", "{} bukan pelat nomor"],
  [
    "use letters, digits, and ? for what cannot be read",
    "pakai huruf, angka, dan ? untuk yang tidak terbaca",
  ],
  ["too little of the plate is given", "pelatnya terlalu sedikit"],
  ["at least two letters or digits of it are needed", "tulis sekurangnya dua huruf atau angka"],
  ["the trace has no title, or one too long", "jejak ini tanpa judul, atau judulnya terlalu panjang"],
  ["the case has {} traces already", "perkara ini sudah punya {} papan jejak"],
  ["delete one that leads nowhere", "hapus yang tidak membawa hasil"],
  ["the trace has {} points already", "papan ini sudah punya {} titik"],
  ["remove some, or begin another trace", "lepas beberapa, atau mulai papan lain"],
  ["this picture is on the board already", "gambar ini sudah ada di papan"],
  ["choose another moment", "pilih saat yang lain"],
  ["that moment has not come yet", "saat itu belum tiba"],
  ["choose one of the past", "pilih saat yang sudah lewat"],
  ["these two points do not follow each other (any more)", "kedua titik ini tidak (lagi) berurutan"],
  ["look at the board again", "lihat lagi papannya"],
  ["{} may not replay {}", "{} tidak boleh memutar ulang {}"],
  ["ask somebody who may for this picture", "mintalah gambar ini kepada yang berwenang"],
];
