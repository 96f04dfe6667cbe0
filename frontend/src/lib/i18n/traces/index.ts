import { dictionary } from "../tongue.svelte";
import { en } from "./en";
import { id, type Words } from "./id";

export const traceWords = dictionary<Words>({ id, en });
