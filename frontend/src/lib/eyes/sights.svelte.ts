/** What is seen of a camera now, kept until its picture is on the screen: video is later than what is told of it. */
import { followSight, type Sight } from "../api/watching";

const KEPT = 60;
/** What was seen longer ago says nothing of what is there now. */
const OLD_MS = 3000;

export class Sights {
  latest = $state.raw<Sight | null>(null);
  #kept: Sight[] = [];

  /** Follow a camera until the answer is called. */
  follow(camera: string): () => void {
    const stop = followSight(camera, (sight) => {
      this.#kept = [...this.#kept, sight].slice(-KEPT);
      this.latest = sight;
    });
    return () => {
      stop();
      this.#kept = [];
      this.latest = null;
    };
  }

  /** What was seen at a moment (ms since 1970); null where nothing was said of then. */
  at(moment: number): Sight | null {
    void this.latest;
    return sightAt(this.#kept, moment);
  }
}

/** The last of the sights that are not later than a moment, unless it is old. */
export function sightAt(sights: readonly Sight[], moment: number): Sight | null {
  const found = sights.findLast((one) => Date.parse(one.at) <= moment);
  return found && moment - Date.parse(found.at) < OLD_MS ? found : null;
}
