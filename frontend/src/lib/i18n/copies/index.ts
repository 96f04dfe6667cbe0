import { dictionary } from "../tongue.svelte";
import { en } from "./en";
import { id, type Words } from "./id";

export const copies = dictionary<Words>({ id, en });

/** The words of copies for who asked for themselves, or those of a case. */
export function copyWords(kind: "request" | "case"): Words {
  const all = copies.words;
  if (kind === "request") return all;
  const { stretch, film, region, list } = all.ofCase;
  return {
    ...all,
    stretch: { ...all.stretch, ...stretch },
    film: { ...all.film, ...film },
    region: { ...all.region, ...region },
    list: { ...all.list, ...list },
  };
}
