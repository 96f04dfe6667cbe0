/** The files that somebody chose, put together by their name. */

import { sourceOf, type Source } from "./bytes";
import type { Beside } from "./judge";

const ENDINGS = {
  manifest: ".manifest.json",
  signature: ".sig",
  certificates: ".pem",
  timeStamp: ".tsr",
} as const;
const LARGEST = 32 * 1024 * 1024;

export interface Chosen {
  name: string;
  film: Source;
  beside: Beside;
}

/** Whether a file is a film, or one of what comes with one; a berita acara is neither. */
export function role(name: string): "film" | "beside" | "other" {
  const plain = name.toLowerCase();
  if (Object.values(ENDINGS).some((ending) => plain.endsWith(ending))) return "beside";
  return /\.(pdf|txt|html?|json|jpe?g|png|zip)$/.test(plain) ? "other" : "film";
}

/** Each film with what has its name; where there is one film only, with whatever was chosen. */
export async function together(files: Iterable<File>): Promise<Chosen[]> {
  const all = [...files];
  const films = all.filter((file) => role(file.name) === "film");
  return Promise.all(
    films.map(async (film) => {
      const stem = film.name.replace(/\.[^.]*$/, "");
      const beside = async (ending: string): Promise<Uint8Array | null> => {
        const fitting = all.filter((file) => file.name.toLowerCase().endsWith(ending));
        const one =
          fitting.find((file) => file.name === stem + ending) ??
          (films.length === 1 ? fitting[0] : undefined);
        return one && one.size <= LARGEST ? new Uint8Array(await one.arrayBuffer()) : null;
      };
      return {
        name: film.name,
        film: sourceOf(film),
        beside: {
          manifest: await beside(ENDINGS.manifest),
          signature: await beside(ENDINGS.signature),
          certificates: await beside(ENDINGS.certificates),
          timeStamp: await beside(ENDINGS.timeStamp),
        },
      };
    }),
  );
}
