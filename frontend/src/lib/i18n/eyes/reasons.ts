/** What the server says of a camera's document, in Indonesian. */
import { Refusal } from "../../api/http";
import type { Language } from "../../time/words";
import { told as toldOfRegister } from "../registry/reasons";
import { sayer, type Pair } from "../said";

const SENTENCES: readonly Pair[] = [
  ["zone {} crosses itself", "sisi area {} saling menyilang"],
  ["name its corners in order around it", "susun sudutnya berurutan mengelilinginya"],
  ["zone {} has no area", "area {} tidak punya luas"],
  ["its corners lie on one line or one point", "sudutnya segaris atau setitik"],
  ["line {} has no length", "garis {} tidak punya panjang"],
  ["give it two ends that lie apart", "beri dua ujung yang berjauhan"],
  ["line {} has the point {} outside the picture", "garis {} punya titik {} di luar gambar"],
  ["zone {} has the point {} outside the picture", "area {} punya titik {} di luar gambar"],
  ["there is no line {}", "garis {} tidak ada"],
  ["there is no zone {}", "area {} tidak ada"],
  ["lines: two have the name {}", "dua garis bernama {}"],
  ["zones: two have the name {}", "dua area bernama {}"],
  ["give each a name of its own", "beri tiap bentuk nama sendiri"],
  [
    "ground: the ground's points are not in the same order on the picture and in metres",
    "titik bidang jalan tidak berurutan sama pada gambar dan dalam meter",
  ],
  [
    "give four points that are corners of a quadrilateral, as a rectangle painted on the street",
    "beri empat sudut sebuah persegi panjang di jalan",
  ],
  ["a flood rule reads a staff or a zone", "aturan banjir membaca papan duga atau area pantau"],
  [
    "name one of both, and write another rule for other",
    "pilih salah satu; untuk yang lain buat aturan sendiri",
  ],
  ["start_cm and end_cm are missing", "angka papan di kedua ujung garis belum diisi"],
  ["give what the staff shows at both ends of its line", "isi angka papan di kedua ujung garisnya"],
  ["the staff shows {} cm at both ends", "angka papan di kedua ujung sama: {} cm"],
  ["give what it shows at each", "isi angka masing-masing ujung"],
  ["middle_cm ({}) is not between the ends", "angka di tengah ({}) tidak di antara kedua ujung"],
  ["give what is read half way", "isi angka yang terbaca di tengah garis"],
  ["siaga_cm is missing", "batas siaga (cm) belum diisi"],
  ["siaga_percent is missing", "batas siaga (%) belum diisi"],
  ["{} does not rise", "{} tidak naik"],
  ["give where siaga 3, 2 and 1 begin, the lowest first", "isi batas siaga 3, 2, dan 1, terendah dulu"],
  [
    "siaga at {} cm lies beyond the staff's {} to {} cm",
    "siaga pada {} cm di luar papan yang {} sampai {} cm",
  ],
  ["draw the line longer", "gambar garisnya lebih panjang"],
  ["the document is too long", "susunannya terlalu panjang"],
];
const say = sayer(SENTENCES);
/** Where in the document it is: the shapes say it themselves. */
const PLACE = /^the document: (?:(?:lines|zones) \d+ ?(?:\([^)]*\))?: )?/;

export function told(error: unknown, language: Language): string {
  if (!(error instanceof Refusal)) return toldOfRegister(error, language);
  const detail = error.detail.replace(PLACE, "");
  const said = say(detail, language);
  const mend = error.mend ? say(error.mend, language) : null;
  return toldOfRegister(new Refusal(error.status, said, mend, error.code), language);
}
