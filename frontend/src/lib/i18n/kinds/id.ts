/** Kinds of sites, by their names in the API. */
export const id = {
  rt: "RT",
  "kelurahan-office": "Kantor kelurahan",
  "kecamatan-office": "Kantor kecamatan",
  "crowd-centre": "Pusat keramaian",
  market: "Pasar",
  tourism: "Wisata",
  infrastructure: "Sungai, pompa, jembatan",
  "main-road": "Jalan protokol",
  tower: "Menara",
  hotspot: "Titik rawan",
} as Record<string, string>;

export type Words = typeof id;
