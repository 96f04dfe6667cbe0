/** What stands around every page. */
export const id = {
  skip: "Langsung ke isi",
  home: "Ronda: halaman depan",
  menu: "Menu",
  closeMenu: "Tutup menu",
  navigation: "Halaman",
  signIn: "Masuk",
  signOut: "Keluar",
  signedInAs: (name: string) => `Masuk sebagai ${name}`,
  settings: "Pengaturan",
  language: "Bahasa",
  theme: "Tema",
  themes: { auto: "Otomatis", light: "Terang", dark: "Gelap" },
  insecure:
    "Alamat ini memakai HTTP biasa. Karena itu peramban menolak lokasi, kamera perangkat, dan pemasangan sebagai aplikasi; jalankan server dengan --https.",
  offline: "Perangkat ini sedang tanpa jaringan. Yang tampil mungkin sudah lama.",
  loading: "Memuat halaman…",
  notLoaded: "Halaman ini tidak dapat dimuat. Periksa jaringan, lalu coba lagi.",
  reload: "Muat ulang",
  lost: "Halaman ini tidak ada.",
  toPortal: "Ke halaman depan",
  simulated: "simulasi",
  simulatedCity: "Kota contoh: kamera dan angkanya simulasi.",
  pages: {
    portal: "Kamera kota",
    report: "Lapor",
    transparency: "Keterbukaan",
    rules: "Aturan",
    wall: "Dinding kamera",
    log: "Catatan akses",
    onboarding: "Pasang kamera",
    import: "Impor",
  },
};

export type Words = typeof id;
