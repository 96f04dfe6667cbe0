/** What was seen, alarmed about, or moved at the cameras of a replay: on their lanes, and to jump to. */
import { momentsOf, type Asked, type MomentFound } from "../api/finding";
import { DAY, lengthOf, type View } from "../timeline/scale";
import type { Stretch } from "../timeline/spans";

export interface FoundHere {
  seen: readonly Stretch[];
  alarms: readonly Stretch[];
}

export interface Found extends Stretch {
  camera: string;
  kind: MomentFound["kind"];
  what: string;
}

const NOTHING: FoundHere = { seen: [], alarms: [] };
const SETTLE_MS = 600;
/** Above this too much passes to be drawn one by one. */
const DRAWN_MS = DAY;
/** So much of a recording is searched for motion at once. */
const MOTION_MS = DAY / 4;
/** A jump leads this far before what it is to show. */
export const LEAD_MS = 2000;

export class Events {
  /** By camera: whether analytics look at it; not there while unknown. */
  watched = $state.raw<Readonly<Record<string, boolean>>>({});
  looking = $state(false);
  /** What the last jump led to; null: nothing was found, or nobody jumped. */
  last = $state.raw<Found | null>(null);
  #found = $state.raw<Readonly<Record<string, FoundHere>>>({});
  #settle: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | null = null;

  constructor(readonly cameras: readonly string[]) {}

  of(camera: string): FoundHere {
    return this.#found[camera] ?? NOTHING;
  }

  /** Ask for what the timeline shows, once it rests. */
  look(view: View): () => void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => void this.#read(view), SETTLE_MS);
    return () => clearTimeout(this.#settle);
  }

  close(): void {
    clearTimeout(this.#settle);
    this.#asking?.abort();
  }

  async #read(view: View): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const long = lengthOf(view) > DRAWN_MS;
    const motion = lengthOf(view) <= MOTION_MS;
    const asked = { from: view.from, to: view.to, motion, ...(long ? { limit: 1 } : {}) };
    const answers = await Promise.all(
      this.cameras.map(async (camera) => {
        const found = await momentsOf(camera, asked, asking.signal).catch(() => null);
        return [camera, found] as const;
      }),
    );
    if (asking.signal.aborted) return;
    const known = answers.flatMap(([camera, found]) => (found ? [[camera, found] as const] : []));
    this.watched = Object.fromEntries(
      known.map(([camera, { watched, moments }]) => [
        camera,
        watched || moments.some(({ kind }) => kind !== "motion"),
      ]),
    );
    this.#found = Object.fromEntries(
      known.map(([camera, { moments }]) => {
        const all = (kind: MomentFound["kind"]): Stretch[] =>
          moments.filter((one) => one.kind === kind).map((one) => stretch(one));
        const seen = all("seen");
        return [
          camera,
          long ? NOTHING : { seen: seen.length > 0 ? seen : all("motion"), alarms: all("alarm") },
        ];
      }),
    );
  }

  /** The next one after (1) or before (-1) a moment, at any of the cameras, within a day; null where there is none. */
  async nearest(moment: number, direction: 1 | -1): Promise<Found | null> {
    this.looking = true;
    const asked =
      direction === 1
        ? { from: moment + LEAD_MS + 1000, to: moment + DAY, limit: 1 }
        : { from: moment - DAY, to: moment + LEAD_MS - 1000, limit: 1, newest: true };
    try {
      const found = await Promise.all(this.cameras.map((camera) => this.#one(camera, asked)));
      const there = found.filter((one) => one !== null);
      there.sort((a, b) => direction * (a.from - b.from));
      return (this.last = there[0] ?? null);
    } finally {
      this.looking = false;
    }
  }

  async #one(camera: string, asked: Asked): Promise<Found | null> {
    const answer = await momentsOf(camera, asked).catch(() => null);
    if (!answer) return null;
    const seen = answer.moments[0];
    // What moved before that: nothing may have watched then.
    const end = seen ? Date.parse(seen.from) : null;
    const rest = end === null ? asked : asked.newest ? { ...asked, from: end } : { ...asked, to: end };
    const first = (await this.#moved(camera, rest)) ?? seen;
    return first ? { camera, kind: first.kind, what: first.what, ...stretch(first) } : null;
  }

  /** What moved first there, in the order that is asked for: the recording is searched piece by piece. */
  async #moved(camera: string, asked: Asked): Promise<MomentFound | null> {
    for (let done = 0; done < asked.to - asked.from; done += MOTION_MS) {
      const [from, to] = asked.newest
        ? [Math.max(asked.from, asked.to - done - MOTION_MS), asked.to - done]
        : [asked.from + done, Math.min(asked.to, asked.from + done + MOTION_MS)];
      const answer = await momentsOf(camera, { ...asked, from, to, motion: true }).catch(() => null);
      if (!answer) return null;
      if (answer.moments[0]) return answer.moments[0];
      if (!asked.newest && to > Date.now()) return null;
    }
    return null;
  }
}

const stretch = ({ from, to }: MomentFound): Stretch => ({ from: Date.parse(from), to: Date.parse(to) });
