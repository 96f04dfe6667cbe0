import { dictionary } from "../tongue.svelte";
import { en } from "./en";
import { id, type Words } from "./id";

export const shareWords = dictionary<Words>({ id, en });
