/** A place's screen. */
export const id = {
  title: "Layar wilayah",
  loading: "Membuka layar…",
  forPlaces: "Halaman ini untuk layar sebuah tempat, seperti monitor Balai RW.",
  forPlacesHow:
    "Masuklah dengan akun layar itu. Ketua RT membuatnya lewat “Undang orang”, sebagai “Layar Balai RW”.",
  signIn: "Masuk",
  toMine: "Ke wilayah saya",
  gone: "Jaringan putus. Layar ini menyambung lagi dengan sendirinya…",
  none: "Belum ada kamera yang tersambung di wilayah ini.",
  pageOf: (page: number, pages: number) => `${page}/${pages}`,
  replay: "Putar ulang",
  replayTitle: "Rekaman dibuka oleh orang bernama",
  replayWhy:
    "Layar ini milik bersama dan hanya menayangkan gambar langsung. Untuk memutar ulang, buka di ponsel Anda, atau masuk di sini dengan nama sendiri.",
  replayPhone: "Di ponsel Anda:",
  replayHere: "Masuk di sini dengan nama sendiri",
  replayAfter: "Sesudahnya keluar, lalu masukkan lagi akun layar ini.",
  close: "Tutup",
  nameTitle: "Ketua RT: siapa saja orang Anda?",
  nameWhy:
    "Akun ini dulu dipakai bersama, dan sekarang hanya menjadi layar. Belum seorang pun bernama di wilayah ini. Masuklah dengan nama sendiri dari undangan kelurahan, lalu undang warga satu per satu: lewat tautan atau kode QR.",
  nameOpen: "Masuk dengan nama sendiri",
  nameLater: "Nanti",
};

export type Words = typeof id;
