/** Rules of use of the portal. */
export const id = {
  title: "Aturan pemakaian",
  intro: "Kamera kota ada untuk menjaga lingkungan bersama. Aturan ini singkat supaya dibaca.",
  parts: [
    {
      title: "Yang Anda lihat",
      rules: [
        "Hanya kamera yang diputuskan terbuka untuk warga yang tampil di sini. Setiap keputusan dicatat dengan nama, alasan, dan tanggal.",
        "Sebagian kamera hanya menampilkan gambar, gambar tanpa orang, atau tayangan yang tertunda. Halaman tiap kamera menyebutkannya.",
        "Kamera yang pandangannya berubah ditarik sendiri dari sini sampai seseorang memeriksanya.",
      ],
    },
    {
      title: "Yang kami minta",
      rules: [
        "Jangan memakai gambar untuk mengikuti, mempermalukan, atau mengancam orang.",
        "Jangan menyimpan dan menyebarkan gambar yang menampilkan wajah atau pelat nomor orang lain.",
        "Rekaman untuk bukti diminta lewat pengurus RT, kelurahan, atau polisi; tidak direkam sendiri dari layar.",
      ],
    },
    {
      title: "Laporan",
      rules: [
        "Tulis yang Anda lihat sendiri, dengan tempat dan waktunya.",
        "Jangan menulis nama, nomor telepon, atau tuduhan terhadap orang tertentu.",
        "Petugas memeriksa setiap laporan dan fotonya. Tidak ada laporan yang terbit sebelum diperiksa.",
        "Laporan palsu yang disengaja tidak ditindaklanjuti.",
      ],
    },
    {
      title: "Data Anda",
      rules: [
        "Membuka halaman ini tidak memerlukan akun, dan alamat jaringan (IP) Anda tidak disimpan.",
        "Favorit dan bahasa disimpan di perangkat Anda saja. Lokasi Anda tidak dikirim ke server.",
        "Foto laporan diperkecil di perangkat Anda; lokasi di dalam berkasnya dihapus sebelum dikirim.",
      ],
    },
  ],
};

export type Words = typeof id;
