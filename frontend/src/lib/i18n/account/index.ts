import { dictionary } from "../tongue.svelte";
import { en } from "./en";
import { id, type Words } from "./id";

export type { Words };
export const account = dictionary<Words>({ id, en });
