/** The traffic of an area: what passed the lines of its cameras. */
export const id = {
  title: "Lalu lintas",
  intro: "Yang lewat di garis-garis kamera, per jam, menurut wilayah.",
  area: "Wilayah",
  whole: "Seluruh wilayah saya",
  day: "Hari",
  days: { today: "Hari ini", yesterday: "Kemarin", week: "7 hari" },
  byHour: "Per jam",
  top: "Garis tersibuk",
  camera: "Kamera",
  share: "Bagian",
  byThing: "Menurut jenis",
  table: "Tabel per jam",
  csv: "Unduh CSV",
  cameras: (count: string, watched: string) => `${watched} dari ${count} kamera di wilayah ini dihitung.`,
  empty: "Di wilayah ini belum ada kamera yang dihitung.",
  emptyHow:
    "Buka halaman sebuah kamera, pilih “Atur garis dan area pantau”, dan gambar satu garis melintang di jalan.",
  toWall: "Pilih kamera",
  none: "Tidak ada yang lewat pada hari ini.",
  failed: "Hitungan tidak dapat dibaca.",
  again: "Coba lagi",
  loading: "Menghitung…",
  total: (count: string) => `${count} lewat`,
  gaps: (hours: string) =>
    `Kamera di wilayah ini tidak diamati selama ${hours} jam-kamera; jam itu kurang hitung.`,
  gapMark: "sebagian tidak diamati",
  allThings: "semua jenis",
};

export type Words = typeof id;
