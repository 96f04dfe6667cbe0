/** What is told of masks, of water, and of earlier configurations. */
export const told = {
  masks: {
    title: (zone: string) => `Masker: ${zone}, hari ini`,
    none: "Belum ada wajah yang terlihat hari ini.",
    byHour: "Menurut jam",
    hour: "Jam",
    kept: "Hanya jumlahnya yang dicatat: gambar wajah tidak disimpan, dan tidak ada yang dikenali.",
  },
  water: {
    title: (name: string) => `Air: ${name}`,
    level: "Tinggi air (cm)",
    share: "Bagian tergenang (%)",
    recorded: "Tercatat alat ukur (cm)",
    recordedNow: (cm: string, clock: string) => `Alat ukur mencatat ${cm} cm pada ${clock}.`,
    flooded: "% tergenang",
    siaga: (level: number) => (level === 4 ? "Siaga 4 (normal)" : `Siaga ${level}`),
    steady: "tetap",
    rise: (up: boolean, by: string, unit: string) => `${up ? "naik" : "turun"} ${by} ${unit} per jam`,
    at: (clock: string) => `dibaca ${clock}`,
    old: (clock: string) =>
      `Tidak terbaca sejak ${clock}: kabut, gelap, atau ada yang menutupi. Angka di atas adalah yang terakhir.`,
    unread: "Belum terbaca dalam satu jam terakhir. Lihat gambarnya sendiri.",
    levels: (values: string, unit: string) => `Siaga 3, 2, 1 mulai pada ${values} ${unit}.`,
    staff: (cm: string) => `${cm} cm`,
  },
  history: {
    title: "Riwayat pengamatan",
    none: "Belum pernah diubah.",
    was: (lines: number, zones: number, rules: number) => `${lines} garis, ${zones} area, ${rules} aturan`,
    nothing: "tidak ada",
    by: (who: string) => `oleh ${who}`,
    revert: "Kembalikan ke ini",
    reverted: "Dimuat ke gambar; belum disimpan.",
  },
};

export type Told = typeof told;
