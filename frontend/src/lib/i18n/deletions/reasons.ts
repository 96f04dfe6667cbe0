/** Why a court's deletion is not brought or done, in Indonesian. */
import { Refusal } from "../../api/http";
import type { Language } from "../../time/words";
import { sentence } from "../problem";
import { sayer, type Pair } from "../said";

const SENTENCES: readonly Pair[] = [
  ["footage of {} then is held: {}", "rekaman {} pada waktu itu ditahan: {}"],
  [
    "have the order name the case, if it is about it, or end the hold first",
    "sebutkan perkaranya bila penetapan itu tentangnya, atau akhiri dulu penahanannya",
  ],
  [
    "you brought this order yourself: another person must approve it",
    "Anda sendiri yang mengajukan penetapan ini: orang lain harus menyetujuinya",
  ],
  ["the stretch is empty or too long", "rentang waktunya kosong atau terlalu panjang"],
  ["name up to {} days; bring the order in parts", "paling lama {} hari; ajukan per bagian"],
  ["the stretch is not over yet", "rentang waktunya belum lewat"],
  ["bring the order when it is", "ajukan setelah lewat"],
  ["there is no such case", "tidak ada perkara itu"],
  ["check its number", "periksa nomornya"],
];

export const say = sayer(SENTENCES);

/** What went wrong, with its mend. */
export function told(error: unknown, language: Language): string {
  if (!(error instanceof Refusal)) return sentence(error, language);
  const parts = [error.detail, error.mend].filter((part) => part !== null);
  return parts.map((part) => say(part, language)).join(" — ");
}
