/**
 * What the portal knows: the first pictures as soon as they can be had, then the whole city's file.
 * It outlives the page, so that coming back shows what was left.
 */
import { cityMap, publicCameras, type Page, type PublicCamera } from "../api/public";
import { decodeCity, type City } from "./city";
import type { Filter } from "./filter";

declare global {
  interface Window {
    /** The first cameras, asked for before the page's own code is there (`public/early.js`). */
    rondaFirst?: Promise<Response> | null;
  }
}

const FIRST = 12;
/** The file waits for the first pictures, which share its line, but not longer. */
const PATIENCE_MS = 1800;
const PICTURES_FIRST = 2;
/** A map that is kept open is asked for again. */
const AGAIN_MS = 300_000;
const FAILED_MS = 8000;

class Portal {
  /** The first cameras, until the file is there; null before they are. */
  first = $state.raw<PublicCamera[] | null>(null);
  city = $state.raw<City | null>(null);
  failed = $state(false);
  /** How many tiles of the list are there. */
  shown = $state(24);
  /** How far down the list beside the map is, px. */
  scrolled = 0;
  #asked = false;
  #loading = false;
  #pictures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  /** Begin; returns how to stop asking again. */
  run(filter: Filter): () => void {
    if (this.city === null && !this.#asked) {
      this.#asked = true;
      void this.#firstFew(filter);
    } else if (this.city === null) this.hurry();
    else this.#later(AGAIN_MS);
    return () => {
      clearTimeout(this.#again);
      clearTimeout(this.#timer);
    };
  }

  /** A picture of the first few is there: the line is free for the file. */
  seen(): void {
    this.#pictures += 1;
    if (this.#pictures >= PICTURES_FIRST) this.hurry();
  }

  /** The file is needed now. */
  hurry(): void {
    clearTimeout(this.#timer);
    if (this.#loading) return;
    this.#loading = true;
    void this.#load().finally(() => (this.#loading = false));
  }

  async #firstFew(filter: Filter): Promise<void> {
    if (filter.favourites) return this.hurry();
    this.#timer = setTimeout(() => this.hurry(), 2 * PATIENCE_MS);
    try {
      const page = await this.#firstPage(filter);
      this.first = page.cameras.length > 0 ? page.cameras : null;
    } catch {
      this.first = null;
    }
    clearTimeout(this.#timer);
    if (this.first === null) this.hurry();
    else if (this.city === null) this.#timer = setTimeout(() => this.hurry(), PATIENCE_MS);
  }

  async #firstPage(filter: Filter): Promise<Page> {
    const early = window.rondaFirst;
    window.rondaFirst = null;
    const response = await early?.catch(() => null);
    if (response?.ok) return (await response.json()) as Page;
    const { q, kinds, area, agency } = filter;
    const plain = !q && kinds.length === 0 && !area && !agency;
    const query = { q, kind: kinds[0] ?? (plain ? "main-road" : ""), area, agency, limit: String(FIRST) };
    return publicCameras(Object.fromEntries(Object.entries(query).filter(([, value]) => value !== "")));
  }

  async #load(): Promise<void> {
    try {
      const city = decodeCity(await cityMap());
      if (city.revision !== this.city?.revision || city.revision === "") this.city = city;
      this.failed = false;
      this.#later(AGAIN_MS);
    } catch {
      this.failed = true;
      this.#later(FAILED_MS);
    }
  }

  #later(ms: number): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => (document.hidden ? this.#later(ms) : this.hurry()), ms);
  }
}

export const portal = new Portal();
