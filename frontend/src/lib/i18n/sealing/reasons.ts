/** Why an export was not sealed, in Indonesian. */
import { Refusal } from "../../api/http";
import type { Language } from "../../time/words";
import { told } from "../registry/reasons";
import { sayer, type Pair } from "../said";

const SENTENCES: readonly Pair[] = [
  ["nothing is recorded at {} (any more)", "tidak (lagi) ada rekaman pada {}"],
  ["nothing of {} is recorded at {}", "tidak ada rekaman {} pada {}"],
  ["choose a stretch that is recorded", "pilih bagian yang terekam"],
  ["the disk of the sealed exports is full", "disk berkas tersegel penuh"],
  ["make room, then export again", "kosongkan sebagian, lalu segel lagi"],
  [
    "the export needs {} MB and its disk has {} MB left",
    "berkasnya memerlukan {} MB, sedangkan sisa disk {} MB",
  ],
  ["make room, or ask for a shorter stretch", "kosongkan sebagian, atau pilih bagian yang lebih pendek"],
  ["the export cannot be written ({})", "berkas tidak dapat ditulis ({})"],
  ["exports cannot be kept ({})", "berkas tidak dapat disimpan ({})"],
  ["look at the disk", "periksa disknya"],
  ["many exports are being made", "banyak berkas sedang dibuat"],
  ["many exports wait to be made", "banyak berkas menunggu dibuat"],
  ["many exports wait to be finished", "banyak berkas menunggu diselesaikan"],
  ["try again in some minutes", "coba lagi beberapa menit lagi"],
  ["this export is not here (any more)", "berkas ini tidak ada (lagi) di simpulnya"],
  ["make it again", "segel lagi"],
  ["export again", "segel lagi"],
  ["the sealing certificate was replaced meanwhile", "sertifikat segel diganti sementara itu"],
  ["the camera's node cannot be reached", "simpul kamera itu tidak dapat dihubungi"],
  ["try again later", "coba lagi nanti"],
];

const say = sayer(SENTENCES);

/** What the server wrote down, as a sentence with its mend. */
export const failure = (problem: string, mend: string, language: Language): string =>
  told(new Refusal(0, say(problem, language), mend ? say(mend, language) : null), language);
