/**
 * What the server says of a file's lines, in Indonesian: sentences with holes (`{}`), which keep their order.
 * A sentence that is not here is shown as the server wrote it.
 */
import type { Language } from "../../time/words";

const SENTENCES: readonly (readonly [string, string])[] = [
  ["line {} has this id too", "baris {} sudah memakai id ini"],
  ["line {} has this code too", "baris {} sudah memakai kode ini"],
  ["give each camera its own", "beri tiap kamera id sendiri"],
  ["keep one of them", "sisakan salah satu"],
  ["the id is missing", "id belum diisi"],
  ["{} is not a camera id", "{} bukan id kamera"],
  [
    "use 1 to 63 of a-z, 0-9 and '-', not starting with '-'",
    "pakai 1 sampai 63 huruf a-z, angka 0-9 dan '-', tidak diawali '-'",
  ],
  ["read as {}", "dibaca sebagai {}"],
  ["there is no area {} above it", "wilayah {} di atasnya tidak ada"],
  ["there is no area {}", "wilayah {} tidak ada"],
  ["import the areas above it first", "impor dulu wilayah di atasnya"],
  ["nearest are {}", "yang terdekat: {}"],
  ["import the areas first: ronda import areas FILE.geojson", "impor dulu wilayah kota"],
  ["{} is not a region code", "{} bukan kode wilayah"],
  [
    "write it like 33.74.13.1006, or 33.74.13.1006.rw04.rt03 for an RT",
    "tulis seperti 33.74.13.1006, atau 33.74.13.1006.rw04.rt03 untuk RT",
  ],
  ["Excel made a date of this code", "Excel mengubah kode ini menjadi tanggal"],
  ["format the column as text and write the code again", "jadikan kolomnya teks, lalu tulis lagi kodenya"],
  [
    "a date that Excel wrote as a number; read as {}",
    "tanggal yang oleh Excel ditulis sebagai angka; dibaca sebagai {}",
  ],
  ["the line names no area to which this belongs", "baris ini tidak menyebut wilayahnya"],
  ["fill in the region code too", "isi juga kode wilayah"],
  ["fill in the region code", "isi kode wilayah"],
  ["fill in the region code, or correct the id of the site", "isi kode wilayah, atau betulkan id titik"],
  ["this is not the number of an {}", "ini bukan nomor {}"],
  ["write a number such as 4", "tulis angka, misalnya 4"],
  ["there is no such kind of site", "jenis titik ini tidak ada"],
  ["there is no such cause", "penyebab ini tidak ada"],
  ["use one of {}", "pakai salah satu dari {}"],
  ["{} lies outside the city", "{} di luar kota"],
  [
    "the city lies at latitude {} to {}, longitude {} to {}",
    "kota ada di lintang {} sampai {}, bujur {} sampai {}",
  ],
  ["one of the two coordinates is missing", "salah satu koordinat belum diisi"],
  ["fill in both", "isi keduanya"],
  ["latitude and longitude are exchanged; read as {}", "lintang dan bujur tertukar; dibaca sebagai {}"],
  ["latitude and longitude are exchanged; set right", "lintang dan bujur tertukar; sudah dibetulkan"],
  ["these are not two coordinates", "ini bukan dua koordinat"],
  ["write latitude, longitude: {}", "tulis lintang, bujur: {}"],
  ["this is not a number", "ini bukan angka"],
  [
    "write digits, with a point or a comma before the fraction",
    "tulis angka, dengan titik atau koma desimal",
  ],
  ["format the cell as a number", "jadikan selnya angka"],
  ["this is not a whole number", "ini bukan bilangan bulat"],
  ["use a number from 1 to {}", "pakai angka 1 sampai {}"],
  ["the number is not between {} and {}", "angkanya tidak di antara {} dan {}"],
  ["this is not a date", "ini bukan tanggal"],
  ["there is no such day", "tanggal itu tidak ada"],
  ["the year has not four digits", "tahunnya tidak empat angka"],
  ["write it as 2026-02-14", "tulis sebagai 2026-02-14"],
  [
    "write it as 2026-02-14; the day stands before the month",
    "tulis sebagai 2026-02-14; hari ditulis sebelum bulan",
  ],
  ["correct it", "betulkan"],
  ["the text has {} letters", "teksnya {} huruf"],
  ["use at most {}", "paling banyak {}"],
  ["the text holds control characters", "teksnya memuat karakter kendali"],
  ["write it again by hand", "tulis ulang dengan tangan"],
  [
    "the site {} is new, and the line does not say of what kind it is",
    "titik {} baru, dan baris ini tidak menyebut jenisnya",
  ],
  ["fill in the kind, such as rt or market", "isi jenisnya, misalnya rt atau pasar"],
  [
    "there is no site {}, and the line does not say where it lies",
    "titik {} tidak ada, dan baris ini tidak menyebut wilayahnya",
  ],
  ["the line names an area and no site", "baris ini menyebut wilayah tanpa titik"],
  ["fill in the id or the name of the site", "isi id atau nama titik"],
  ["the site {} is named without its area", "titik {} disebut tanpa wilayahnya"],
  ["a site has one owner, and the line names two", "satu titik punya satu pemilik, baris ini menyebut dua"],
  ["leave agency or partner empty", "kosongkan instansi atau mitra"],
  [
    "line {} says that the {} of {} {} is {}, this one {}",
    "baris {} menyebut {} dari {} {} ialah {}, baris ini {}",
  ],
  ["let them agree", "samakan keduanya"],
  ["there is no agency {}", "instansi {} tidak ada"],
  ["there is no partner {}", "mitra {} tidak ada"],
  ["add the agency first, or leave the cell empty", "tambahkan dulu instansinya, atau kosongkan selnya"],
  ["add the partner first, or leave the cell empty", "tambahkan dulu mitranya, atau kosongkan selnya"],
  ["the recorder {} is new, and the camera has no site", "perekam {} baru, dan kameranya tidak punya titik"],
  ["fill in the site", "isi titiknya"],
  ["the address holds a password", "alamatnya memuat sandi"],
  ["write host or host:port alone", "tulis host atau host:port saja"],
  ["recorder {} has {} channels", "perekam {} punya {} kanal"],
  ["camera {} hangs on channel {} of {} already", "kamera {} sudah memakai kanal {} dari {}"],
  ["correct the channel", "betulkan kanalnya"],
  ["{} has no scheme that is known", "{} tidak diawali skema yang dikenal"],
  ["begin with one of {}", "awali dengan salah satu dari {}"],
  ["{} names no host", "{} tidak menyebut host"],
  ["{} is not an address", "{} bukan alamat"],
  ["a file of the server is not an address for everybody", "berkas di server bukan alamat untuk semua orang"],
  ["give an address on the network", "beri alamat di jaringan"],
  ["the line tells of a trouble and not since when", "baris ini menyebut gangguan tanpa sejak kapan"],
  ["fill in the day", "isi tanggalnya"],
  ["it shall be mended before it began", "target perbaikan sebelum gangguan mulai"],
  ["correct one of the two days", "betulkan salah satu tanggal"],
  ["this is no way of recording", "ini bukan cara merekam"],
  ["use off, continuous or event", "pakai off, continuous, atau event"],
  ["a table cannot say at which hours", "tabel tidak dapat menyebut jamnya"],
  ["set the hours on the camera's page", "atur jamnya di halaman kamera"],
  ["you may not change cameras in {}", "Anda tidak boleh mengubah kamera di {}"],
  [
    "leave the line out, or let somebody import it who may",
    "hapus baris ini, atau minta yang berwenang mengimpornya",
  ],
  ["you may not change the area {}", "Anda tidak boleh mengubah wilayah {}"],
  ["leave it out", "hapus dari berkas"],
  ["the line has {} cells, the headings are {}", "baris ini {} sel, judulnya {}"],
  [
    "put cells that hold the delimiter in quotation marks, or complete the line",
    "beri tanda kutip pada sel yang memuat pemisah, atau lengkapi barisnya",
  ],
  [
    "the line cannot be read ({}); nothing after it was read",
    "baris ini tidak terbaca ({}); sesudahnya tidak dibaca",
  ],
  [
    'look for a quotation mark that is not closed; write a quotation mark inside a cell as ""',
    'cari tanda kutip yang tidak ditutup; tanda kutip di dalam sel ditulis ""',
  ],
  ["the cell holds a formula, which is not calculated", "sel ini berisi rumus, dan rumus tidak dihitung"],
  ["paste its value instead", "tempel nilainya sebagai ganti"],
  ["the cell has more than {} characters", "sel ini lebih dari {} karakter"],
  ["a cell has more than {} characters", "satu sel lebih dari {} karakter"],
  ["shorten it", "pendekkan"],
  ["this column is not known and was not read", "kolom ini tidak dikenal dan tidak dibaca"],
  ["the text is not UTF-8; it was read as Windows-1252", "teksnya bukan UTF-8; dibaca sebagai Windows-1252"],
  ["this is not a point", "ini bukan titik (Point)"],
  ["the column {} is not known", "kolom {} tidak dikenal"],
  ["is it {}? Then call it so; else remove it", "maksudnya {}? Namai begitu; jika bukan, hapus"],
  ["the columns {} and {} mean the same", "kolom {} dan {} artinya sama"],
  ["leave one of them out", "hapus salah satu"],
  ["none of the columns is known ({})", "tidak satu pun kolom dikenal ({})"],
  ["name them as the template does: {}", "namai seperti pada tabel kosong: {}"],
  ["name the columns as the template does", "namai kolom seperti pada tabel kosong"],
  ["there is no column with the id of each camera", "tidak ada kolom berisi id kamera"],
  ["add a column 'id'", "tambahkan kolom 'id'"],
  ["the file is empty", "berkasnya kosong"],
  ["choose another one", "pilih berkas lain"],
  ["the file has {} MB", "berkasnya {} MB"],
  ["give at most {} MB; 14,000 cameras need 5", "paling besar {} MB; 14.000 kamera cukup 5"],
  ["the file is no table: it holds bytes that no text has", "berkas ini bukan tabel: isinya bukan teks"],
  [
    "the file is no table: its first line does not end",
    "berkas ini bukan tabel: baris pertamanya tidak berakhir",
  ],
  [
    "the file is no table: one of its lines does not end",
    "berkas ini bukan tabel: satu barisnya tidak berakhir",
  ],
  ["save it as CSV (UTF-8), .xlsx or .geojson", "simpan sebagai CSV (UTF-8), .xlsx, atau .geojson"],
  ["the file holds no headings", "berkas ini tanpa judul kolom"],
  [
    "begin it with a line of column names; see the template",
    "awali dengan baris nama kolom; lihat tabel kosong",
  ],
  ["the file has {} columns", "berkas ini punya {} kolom"],
  ["keep at most {}", "sisakan paling banyak {}"],
  ["the file has more than {} lines", "berkas ini lebih dari {} baris"],
  ["split it", "bagi menjadi beberapa berkas"],
  ["the workbook cannot be read ({})", "buku kerja ini tidak terbaca ({})"],
  [
    "open it in Excel or LibreOffice and save it again as .xlsx, or as CSV",
    "buka di Excel atau LibreOffice, simpan lagi sebagai .xlsx atau CSV",
  ],
  [
    "no sheet of the workbook has headings that are known in its first rows",
    "tidak ada lembar dengan judul kolom yang dikenal di baris-baris awalnya",
  ],
  ["the workbook would unpack to {} times its size", "buku kerja ini akan mengembang {} kali lipat"],
  [
    "this workbook is locked by a password, or older than 2007",
    "buku kerja ini terkunci sandi, atau lebih tua dari 2007",
  ],
  ["save it as .xlsx without one", "simpan sebagai .xlsx tanpa sandi"],
  ["the file is not GeoJSON", "berkas ini bukan GeoJSON"],
  ["the file holds no features", "berkas ini tanpa feature"],
  ["line {}: the JSON is broken there", "baris {}: JSON rusak di sana"],
  ["repair it, or export the file again", "perbaiki, atau ekspor lagi berkasnya"],
  ["areas come as GeoJSON, and this is {}", "wilayah harus GeoJSON, ini {}"],
  ["export it as .geojson (EPSG:4326)", "ekspor sebagai .geojson (EPSG:4326)"],
  ["the area has no name", "wilayah ini tanpa nama"],
  ["give each feature a property 'nama' or 'name'", "beri tiap feature properti 'nama'"],
  ["a ring ran the wrong way round; turned", "arah garis batas terbalik; sudah dibalik"],
  ["a ring was not closed; closed", "garis batas tidak tertutup; sudah ditutup"],
  [
    "a ring crosses itself; kept as it is, look at it on the map",
    "garis batas memotong dirinya; dibiarkan, periksa di peta",
  ],
  ["a ring of fewer than three corners was left out", "garis batas kurang dari tiga titik dilewati"],
  ["{} was not there; made", "{} belum ada; dibuat"],
  ["the outline encloses nothing", "batas ini tidak melingkupi apa pun"],
  ["export it again", "ekspor lagi"],
  ["a {} is no outline", "{} bukan batas wilayah"],
  ["give a Polygon or a MultiPolygon", "beri Polygon atau MultiPolygon"],
];

const HOLE = "{}";

interface Rule {
  pattern: RegExp;
  said: string[];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const RULES: readonly Rule[] = SENTENCES.map(([english, indonesian]) => ({
  pattern: new RegExp(`^${english.split(HOLE).map(escaped).join("(.+?)")}$`, "s"),
  said: indonesian.split(HOLE),
}));

/** A sentence of the server's in the language of the screen. */
export function say(sentence: string, language: Language): string {
  if (language === "en") return sentence;
  for (const { pattern, said } of RULES) {
    const found = pattern.exec(sentence);
    if (found) return said.map((part, at) => (at === 0 ? part : `${found[at] ?? ""}${part}`)).join("");
  }
  return sentence;
}
