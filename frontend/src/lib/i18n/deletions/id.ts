import type { DeletionState } from "../../api/deletions";

export const id = {
  title: "Hapus atas perintah pengadilan",
  about: "Satu orang mengajukan penetapan, orang lain menyetujui. Yang dihapus tidak dapat kembali.",
  from: "Dari",
  to: "Sampai",
  order: "Nomor penetapan",
  why: "Isi dan alasannya",
  cases: "Nomor perkara yang disebut (bila ada)",
  bring: "Ajukan penetapan",
  bringing: "Mengajukan…",
  incomplete: "Isi waktu, nomor, dan alasannya.",
  brought: "Penetapan diajukan. Orang lain harus menyetujuinya.",
  approve: "Setujui dan hapus",
  sure: "Ya, hapus selamanya",
  keep: "Batal",
  refuse: "Tolak",
  takeBack: "Tarik kembali",
  own: "Diajukan oleh Anda: orang lain yang menyetujui.",
  none: "Belum ada penetapan untuk kamera ini.",
  by: (who: string) => `diajukan oleh ${who}`,
  decided: (who: string) => `diputuskan oleh ${who}`,
  gone: (count: number, size: string) => `${count} berkas rekaman dihapus (${size})`,
  state: {
    asked: "menunggu persetujuan",
    approved: "disetujui, sedang dihapus",
    done: "sudah dihapus",
    failed: "gagal",
    refused: "ditolak atau ditarik",
  } as Record<DeletionState, string>,
};

export type Words = typeof id;
