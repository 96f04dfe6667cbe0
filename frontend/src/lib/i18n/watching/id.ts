/** Why something else than video is shown, by the server's code, and what a resident's screen is doing. */
export const id = {
  instead: {
    crowded: "Penonton sedang sangat banyak; sementara ini ditampilkan gambar diam.",
    "stills-only": "Kamera ini hanya ditampilkan sebagai gambar diam.",
    "without-people": "Kamera ini ditampilkan tanpa orang: gambar diam yang disusun dari beberapa menit.",
    delayed: "Kamera ini ditampilkan dengan jeda; tidak ada tayangan langsung.",
    "masks-busy":
      "Sebagian pandangan ditutup, dan server ini sedang penuh untuk menutup video kamera lain; ditampilkan gambar demi gambar.",
    "masks-unplayable":
      "Sebagian pandangan ditutup, dan peramban ini tidak dapat memutar videonya; ditampilkan gambar demi gambar.",
    "masked-past": "Sebagian pandangan ditutup; rekaman ditampilkan gambar demi gambar.",
    "camera-busy":
      "Perekam kamera ini sudah mengirim gambar sebanyak yang ia mampu; ditampilkan gambar demi gambar.",
    codec: "Peramban ini tidak dapat memutar video kamera ini; ditampilkan gambar demi gambar.",
  } as Record<string, string>,
  /** A code that this page does not know. */
  insteadOther: "Sementara ini ditampilkan gambar diam.",
  connecting: "Menyambung…",
  slow: "Gambar belum datang: kamera mungkin sedang tidak menyala. Masih menunggu…",
  away: "Kamera ini sedang tidak mengirim gambar. Menunggu sampai kembali…",
  retrying: "Sambungan putus. Menyambung lagi…",
  offline: "Perangkat ini sedang tanpa jaringan.",
  asleep: "Dijeda selama halaman tersembunyi.",
  withdrawn: "Kamera ini tidak lagi disiarkan.",
  refused: "Tayangan ini tidak tersedia sekarang.",
  late: (minutes: string) => `Tertunda ${minutes} menit.`,
  slowLate: "Dari waktu itu belum ada rekaman. Menunggu…",
  noFootage: "Belum ada rekaman dari waktu itu; ditampilkan gambar diam.",
};

export type Words = typeof id;
