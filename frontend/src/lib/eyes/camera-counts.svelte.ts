/** The counts of one camera: its last hour by the minute, its day by the hour; asked again while they are looked at. */
import { eyesKnown, type EyeKnown } from "../api/eyes";
import * as api from "../api/watching";
import { momentAt, fields } from "../time/wall-clock";
import { lacking, modelsOf, type Lacking } from "./models";
import { maskZones, masksOf, traffic, type ZoneMasks } from "./shares";
import { HOUR_MS, MINUTE_MS, shown, type LineShown } from "./lines";
import { staffsIn } from "./water";
import { measuresOf, spanOf, steps, type MeasureShown } from "./series";

const AGAIN_MS = 15_000;

export class CameraCounts {
  state = $state<"loading" | "ready" | "failed">("loading");
  problem = $state.raw<unknown>(null);
  lines = $state.raw<LineShown[]>([]);
  masks = $state.raw<ZoneMasks[]>([]);
  /** Models that the camera's rules need and the server lacks, by analytic. */
  lacking = $state.raw<{ analytic: string; models: Lacking[] }[]>([]);
  measures = $state.raw<MeasureShown[]>([]);
  /** The minutes of the curves, ms since 1970. */
  times = $state.raw<number[]>([]);
  /** Of the last hour. */
  gaps = $state.raw<api.Gap[]>([]);
  /** What the camera is looked at for; null for nothing of its own. */
  document = $state.raw<api.Document | null>(null);
  midnight = $state(0);

  constructor(
    readonly camera: string,
    readonly zone: string,
  ) {}

  get dark(): { from: number; to: number }[] {
    return this.gaps.map(spanOf);
  }

  run(): () => void {
    const stop = new AbortController();
    void this.load(stop.signal);
    const timer = setInterval(() => {
      if (!document.hidden) void this.load(stop.signal);
    }, AGAIN_MS);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }

  /** What is missing; nothing where that cannot be asked: the numbers are shown all the same. */
  private async lacks(
    document: api.Document | null,
    signal: AbortSignal,
  ): Promise<{ analytic: string; models: Lacking[] }[]> {
    let known: [api.Analytic[], EyeKnown[]];
    try {
      known = await Promise.all([api.analytics(), eyesKnown(signal)]);
    } catch {
      return this.lacking;
    }
    const [analytics, there] = known;
    return analytics.flatMap((analytic) => {
      const rules = document?.[analytic.name];
      if (!Array.isArray(rules) || rules.length === 0) return [];
      const models = lacking(modelsOf(analytic, rules as api.Rule[]), there);
      return models.length > 0 ? [{ analytic: analytic.name, models }] : [];
    });
  }

  async load(signal: AbortSignal): Promise<void> {
    const now = Date.now();
    // The minute that is not over yet would look as if less passed.
    const to = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    const from = to - HOUR_MS;
    const midnight = midnightOf(now, this.zone);
    try {
      const [minutes, hours, measured, document] = await Promise.all([
        api.counts(this.camera, from, to, "minute", signal),
        api.counts(this.camera, midnight, now, "hour", signal),
        api.measures(this.camera, from, to, "minute", signal),
        api.watching(this.camera, signal),
      ]);
      this.midnight = midnight;
      this.times = steps(from, to, MINUTE_MS);
      this.gaps = minutes.gaps;
      this.document = document;
      const [lately, today] = [minutes, hours].map((some) => ({ ...some, counts: traffic(some.counts) }));
      if (lately && today) {
        this.lines = shown(lately, today, this.times, drawn(document), measured.measures);
      }
      this.masks = masksOf(hours.counts, maskZones(document));
      this.lacking = this.masks.length > 0 ? await this.lacks(document, signal) : [];
      this.measures = measuresOf(measured.measures, this.times);
      this.problem = null;
      this.state = "ready";
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error;
      // What was read before stays; its minutes say how old it is.
      if (this.state === "loading") this.state = "failed";
    }
  }
}

export function midnightOf(moment: number, zone: string): number {
  return momentAt(fields(moment, zone).date, "00:00", zone) ?? moment;
}

function drawn(document: api.Document | null): string[] {
  const staffs = staffsIn(document);
  return (document?.lines ?? []).map(({ name }) => name).filter((name) => !staffs.has(name));
}
