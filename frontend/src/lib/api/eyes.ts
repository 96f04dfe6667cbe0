/** Which eyes and models the server has, and how those are added that it lacks. */
import { read } from "./http";

export interface EyeKnown {
  name: string;
  state: "ready" | "damaged" | "not here";
  title: string;
  problem: string;
  /** How it is added; empty where it is ready. */
  mend: string;
}

export async function eyesKnown(signal?: AbortSignal): Promise<EyeKnown[]> {
  return (await read<{ eyes: EyeKnown[] }>("/api/v1/eyes", signal)).eyes;
}
