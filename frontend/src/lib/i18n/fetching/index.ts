import { dictionary } from "../tongue.svelte";
import { en } from "./en";
import { id, type Words } from "./id";

export type { Words };
export const fetching = dictionary<Words>({ id, en });
