/** Taking a clip, and saying what one looks for. */
export const id = {
  take: "Unduh rekaman sebagai video",
  takeHow: "Cari saatnya di garis waktu, lalu pilih awal dan akhirnya.",
  mayNot: "Akun ini tidak boleh mengunduh dari kamera ini.",
  begin: "Mulai",
  end: "Sampai",
  wrong: "Akhir harus sesudah awal, dan tidak di masa depan.",
  long: "Paling panjang enam jam. Pilih rentang yang lebih pendek.",
  lengths: "Panjang klip",
  minutes: (count: number) => `${count} mnt`,

  purpose: "Tujuan melihat",
  needed: {
    live: "Untuk melihat kamera ini, sebutkan tujuannya.",
    replay: "Untuk membuka rekaman, sebutkan tujuannya.",
    clip: "Untuk mengunduh, sebutkan tujuannya.",
  },
  sayIt: "Sebutkan tujuan",
  said: (purpose: string) => `Tujuan: ${purpose}`,
  change: "Ganti",
  why: "Tujuan Anda tercatat di catatan akses, dan dibaca warga wilayah kamera ini.",
  label: "Untuk apa Anda melihat kamera ini?",
  hint: "Mis.: pencurian sepeda motor, LP/123/XI/2026. Kamera mitra hanya untuk darurat: mulai dengan “darurat”.",
  short: "Tulis tujuan yang dapat dipahami orang lain, paling sedikit 5 huruf.",
  ok: "Lanjut",
  cancel: "Batal",
  close: "Tutup",
};

export type Words = typeof id;
