/** Footage that is still at the recorder. */
export const id = {
  ask: "Ambil dari perekam",
  asking: "Menanyakan perekam…",
  there: (length: string) => `Di perekam masih ada ${length} yang belum di sini.`,
  unsure: "Perekam tidak menyebut jedanya; baru terlihat setelah diambil.",
  none: "Perekam tidak punya rekaman lain dari rentang ini.",
  offset: (seconds: number) =>
    `Jam perekam ${seconds > 0 ? "lebih cepat" : "terlambat"} ${Math.abs(seconds)} detik; waktunya sudah dibetulkan.`,
  now: "Ambil sekarang",
  night: "Ambil malam ini",
  nightHint: "Rentang panjang sebaiknya menunggu malam (22.00–05.00), supaya internet di lokasi tidak penuh.",
  line: "Paling banyak dari internet lokasi",
  all: "semuanya",
  mbps: (number: number) => `${number} Mbps`,
  waiting: (when: string) => `Menunggu sampai ${when}`,
  queued: "Menunggu giliran…",
  coming: (percent: number) => `Sedang diambil… ${percent}%`,
  done: "Sudah di sini",
  missing: (length: string) => `${length} tidak ada di perekam.`,
  failed: "Tidak dapat diambil",
  stop: "Hentikan",
  states: { site: "di perekam", coming: "sedang diambil", here: "di sini" },
  legend: "Arti warna garis waktu",
};

export type Words = typeof id;
