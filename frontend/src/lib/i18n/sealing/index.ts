import { dictionary } from "../tongue.svelte";
import { en } from "./en";
import { id, type Words } from "./id";

export type { Words };
export const sealing = dictionary<Words>({ id, en });
