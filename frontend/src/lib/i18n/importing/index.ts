import { dictionary } from "../tongue.svelte";
import { en } from "./en";
import { id, type Words } from "./id";

export const importing = dictionary<Words>({ id, en });
