/** Following what is marked on footage: asked of the camera's node, told in lines as it goes. */
import { ask, Refusal } from "./http";
import { purposed } from "./purpose";
import type { Mask } from "./registry";

export type FollowEnd = "reached" | "lost" | "left" | "unrecorded";

export interface Way {
  reached_s: number;
  ended: FollowEnd;
  keys: { at_s: number; corners: Mask }[];
  certainty: number;
}

type Line = (Omit<Way, "ended"> & { ended: FollowEnd | "" }) | { problem: string; mend: string };

/** Return the whole way; `onreached` hears how far it is meanwhile. Aborting stops it on the server too. */
export async function followed(
  camera: string,
  from: string,
  asked: { at_s: number; to_s: number; corners: Mask },
  signal: AbortSignal,
  onreached: (at: number) => void,
): Promise<Way> {
  const query = new URLSearchParams(purposed(camera, { from }));
  const answer = await ask(`/media/${encodeURIComponent(camera)}/follow?${query}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(asked),
    signal,
  });
  for await (const text of lines(answer)) {
    const line = JSON.parse(text) as Line;
    if ("problem" in line) throw new Refusal(503, line.problem, line.mend);
    if (line.ended) return { ...line, ended: line.ended };
    onreached(line.reached_s);
  }
  throw new Refusal(503, "it was not followed to an end", null);
}

async function* lines(answer: Response): AsyncGenerator<string> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const piece = await reader?.read();
    if (!piece || piece.done) break;
    const parts = (rest + piece.value).split("\n");
    rest = parts.pop() ?? "";
    yield* parts.filter((part) => part !== "");
  }
  if (rest) yield rest;
}
