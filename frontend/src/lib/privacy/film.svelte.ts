/** One stretch of footage while others are masked on it: which moment is looked at, what is drawn. */
import { stamp } from "../api/client";
import type { Footage, Plan } from "../api/copies";
import type { Mask } from "../api/registry";
import { Drawing } from "../publishing/drawing.svelte";
import * as regions from "./regions";
import type { Hides, Region } from "./regions";

const MOST_STILLS = 12;

export class Film {
  at = $state(0);
  hides = $state<Hides>("all-but");
  regions = $state.raw<Region[]>([]);
  selected = $state(0);
  /** What the canvas draws with: the shapes at the moment that is looked at. */
  readonly drawing = new Drawing();
  #shown: Mask[] = [];

  constructor(
    readonly camera: string,
    readonly begin: number,
    readonly length: number,
    readonly footage: Footage,
  ) {
    this.#show();
  }

  readonly moments = $derived.by(() => regions.moments(this.length));

  stamp(at: number): string {
    return stamp(this.begin + at * 1000);
  }

  /** What a new shape does. */
  get does(): Region["does"] {
    return this.hides === "all-but" && !this.regions.some((one) => one.does === "show") ? "show" : "hide";
  }

  get chosen(): Region | null {
    return this.regions[this.selected] ?? null;
  }

  get ready(): boolean {
    return this.regions.some((one) => one.does === (this.hides === "all-but" ? "show" : "hide"));
  }

  /** Moments of which a picture goes with the film: the key moments of who is shown, else of what is hidden. */
  get stills(): number[] {
    const wanted = this.hides === "all-but" ? "show" : "hide";
    return regions.marked(this.regions.filter((one) => one.does === wanted)).slice(0, MOST_STILLS);
  }

  plan(always: readonly Mask[] = []): Plan {
    return regions.planOf(this.hides, this.regions, always, this.length);
  }

  go(at: number): void {
    this.at = Math.round(Math.min(Math.max(0, at), this.length - 0.04) * 1000) / 1000;
    this.#show();
  }

  decide(hides: Hides): void {
    this.hides = hides;
    this.#show();
  }

  /** Take over what was drawn at this moment. */
  drawn(masks: Mask[]): void {
    if (masks === this.#shown) return;
    const before = this.#shown;
    this.#shown = masks;
    if (masks.length > before.length) {
      const added = masks.slice(before.length);
      const begun = added.map((corners) => regions.begun(this.does, this.at, this.length, corners));
      this.regions = [...this.regions, ...begun];
      this.selected = this.regions.length - 1;
    } else if (masks.length < before.length) {
      this.regions = this.regions.filter((_, number) => masks.includes(before[number] ?? []));
      this.selected = Math.max(0, Math.min(this.selected, this.regions.length - 1));
    } else {
      this.regions = this.regions.map((region, number) => {
        const corners = masks[number];
        return !corners || corners === before[number]
          ? region
          : regions.reshaped(region, this.at, corners, this.length);
      });
    }
  }

  change(number: number, part: Partial<Region>): void {
    this.regions = this.regions.map((one, at) => {
      const after = { ...one, ...part };
      return at === number && after.from < after.to ? after : one;
    });
  }

  replace(number: number, region: Region): void {
    this.restore(this.regions.map((one, at) => (at === number ? region : one)));
  }

  restore(all: Region[]): void {
    this.regions = all;
    this.selected = Math.max(0, Math.min(this.selected, all.length - 1));
    this.#show();
  }

  remove(number: number): void {
    this.regions = this.regions.filter((_, at) => at !== number);
    this.selected = Math.max(0, Math.min(this.selected, this.regions.length - 1));
    this.#show();
  }

  forget(number: number, at: number): void {
    this.regions = this.regions.map((one, index) => (index === number ? regions.forgotten(one, at) : one));
    this.#show();
  }

  #show(): void {
    this.drawing.begin(this.regions.map((region) => regions.cornersAt(region, this.at)));
    this.#shown = this.drawing.masks;
  }
}
