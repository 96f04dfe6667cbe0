/** The feed of all cameras, as the shell sees it: whether a page needs it, and how the cameras are at one look. */
import type { Health } from "../health";

class Pulse {
  /** A page needed the feed: from then on it is followed, on every page. */
  wanted = $state(false);
  /** A page needed every camera, and not only those that were opened one by one. */
  whole = $state(false);
  worst = $state<Health>("resting");
}

export const pulse = new Pulse();
