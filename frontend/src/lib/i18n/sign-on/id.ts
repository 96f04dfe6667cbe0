/** Masuk dengan akun kota: tombolnya, dan mengapa tidak berhasil. */
export const id = {
  with: (name: string) => `Masuk dengan ${name}`,
  or: "atau dengan nama dan kata sandi",
  problems: {
    "sign-on-away": "Layanan akun kota tidak menjawab. Coba lagi sebentar lagi.",
    "sign-on-again": "Proses masuk itu sudah lewat atau dimulai di peramban lain. Mulailah lagi dari sini.",
    "sign-on-refused": "Layanan akun kota tidak mengizinkan Anda masuk.",
    "sign-on-wrong": "Jawaban layanan akun kota tidak dapat dipercaya. Beri tahu pengelolanya.",
    "sign-on-weak":
      "Akun ini meminta kode, sedangkan layanan akun kota tidak memintanya. Masuklah dengan nama, kata sandi, dan kode.",
    disabled: "Akun ini tidak boleh masuk lagi. Tanyakan kepada pengurus wilayah Anda.",
  } as Record<string, string>,
};

export type Words = typeof id;
