/** What keeps cameras from working, by its name in the API. */
export const id = {
  unplugged: "dicabut dari listrik",
  cable: "kabel putus",
  "recorder-lost": "perekam hilang",
  insects: "serangga di dalam perekam",
  "no-internet": "internet mati",
  "contract-suspended": "langganan internet dihentikan",
  moved: "kamera bergeser",
  "no-network": "belum ada jaringan",
  "vendor-closed": "akses vendor belum dibuka",
  other: "sebab lain",
  planned: "baru direncanakan",
} as Record<string, string>;

export type Words = typeof id;
