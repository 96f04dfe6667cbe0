import { dictionary } from "../tongue.svelte";
import { en } from "./en";
import { id, type Words } from "./id";

export const deletionWords = dictionary<Words>({ id, en });
