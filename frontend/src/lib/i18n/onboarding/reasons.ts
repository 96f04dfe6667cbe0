/** What the server says of recorders, in Indonesian. */
import { sayer, type Pair } from "../said";

const SENTENCES: readonly Pair[] = [
  ["the device refuses the user name or password", "perekam menolak nama pengguna atau sandi"],
  [
    "correct them; not too often, for devices lock an account after some tries",
    "betulkan; jangan terlalu sering, perekam mengunci akun setelah beberapa kali salah",
  ],
  ["{} refused this user name and password a moment ago", "{} baru saja menolak nama pengguna dan sandi ini"],
  [
    "correct them, or wait a minute: recorders lock an account after some tries",
    "betulkan, atau tunggu satu menit: perekam mengunci akun setelah beberapa kali salah",
  ],
  ["{} does not accept the user or the password", "{} tidak menerima nama pengguna atau sandi"],
  ["{} asks for a user and a password", "{} meminta nama pengguna dan sandi"],
  ["correct the camera's address", "betulkan alamatnya"],
  ["put them into the camera's address", "isi nama pengguna dan sandi"],
  [
    "{} does not answer ({}), and not with the RTSP paths of Hikvision or Dahua ({})",
    "{} tidak menjawab ({}), juga tidak lewat alamat RTSP Hikvision atau Dahua ({})",
  ],
  [
    "{} does not speak ONVIF at port {}, and not with the RTSP paths of Hikvision or Dahua ({})",
    "{} tidak berbicara ONVIF di port {}, juga tidak lewat alamat RTSP Hikvision atau Dahua ({})",
  ],
  [
    "what answers there does not speak ONVIF, and not with the RTSP paths of Hikvision or Dahua ({})",
    "yang menjawab di sana tidak berbicara ONVIF, juga tidak lewat alamat RTSP Hikvision atau Dahua ({})",
  ],
  ["check the address, the network and the port", "periksa alamat, jaringan, dan port"],
  ["give the port: host:port", "tulis juga port: host:port"],
  ["is this the port of its web pages?", "apakah ini port halaman webnya?"],
  [
    "is this a recorder or camera, and is it on? Look at its address and port",
    "apakah ini perekam atau kamera, dan menyala? Periksa alamat dan portnya",
  ],
  ["the device names no video in H.264 or H.265", "perekam tidak menyebut video H.264 atau H.265"],
  ["set its cameras to H.264 or H.265", "atur kameranya ke H.264 atau H.265"],
  ["the device has no media profiles", "perekam tidak punya profil media"],
  ["make a profile with video on the device", "buat profil video di perekam"],
  ["the device says: {}", "perekam menjawab: {}"],
  ["{} is not the address of a recorder", "{} bukan alamat perekam"],
  ["{} names no host", "alamatnya belum diisi"],
  ["{} is not a range of addresses", "{} bukan rentang alamat"],
  ["write it as 192.168.1.0/24 or 192.168.1.10-50", "tulis sebagai 192.168.1.0/24 atau 192.168.1.10-50"],
  ["the range has {} addresses", "rentangnya {} alamat"],
  ["give at most {}, such as a /22", "paling banyak {}, misalnya /22"],
  ["{} is an address of the internet", "{} alamat internet"],
  ["search your own networks only, or say that you mean it", "periksa jaringan sendiri saja"],
  ["{} searches are under way", "{} pencarian sedang berjalan"],
  ["wait until one of them is done", "tunggu salah satu selesai"],
  ["this search is not known (any more)", "pencarian ini sudah tidak ada"],
  ["begin it again", "mulai lagi"],
  ["{} port {} refuses the connection", "{} port {} menolak sambungan"],
  ["{} cannot be reached", "{} tidak terjangkau"],
  ["no picture came within {} s", "tidak ada gambar dalam {} detik"],
  ["its clock is {} s from ours", "jamnya berbeda {} detik"],
  [
    "it names its streams by {}, which is not where it answers; set right",
    "alirannya disebut di {}, bukan tempat ia menjawab; sudah dibetulkan",
  ],
  [
    "Media2 is announced and does not work ({}); Media was used",
    "Media2 disebut tetapi tidak jalan ({}); dipakai Media",
  ],
  ["there is a camera {} already", "kamera {} sudah ada"],
  ["choose another id", "pilih nama titik lain"],
  ["the recorder {} stands at {}", "perekam {} ada di {}"],
  ["the site {} lies in {}", "titik {} ada di {}"],
  ["choose another id for a new site", "pilih nama lain untuk titik baru"],
  ["there is no area {}", "wilayah {} tidak ada"],
];

/** A sentence of the server's in the language of the screen. */
export const say = sayer(SENTENCES);
