import type { Words } from "./id";

export const en: Words = {
  unplugged: "unplugged",
  cable: "cable cut",
  "recorder-lost": "recorder lost",
  insects: "insects in the recorder",
  "no-internet": "internet down",
  "contract-suspended": "internet contract suspended",
  moved: "camera was moved",
  "no-network": "no network there yet",
  "vendor-closed": "vendor has not opened access",
  other: "another cause",
  planned: "planned only",
};
