import type { Words } from "./id";

export const en: Words = {
  rt: "RT",
  "kelurahan-office": "Kelurahan office",
  "kecamatan-office": "Kecamatan office",
  "crowd-centre": "Crowd centre",
  market: "Market",
  tourism: "Tourism",
  infrastructure: "River, pump, bridge",
  "main-road": "Main road",
  tower: "Tower",
  hotspot: "Hotspot",
};
