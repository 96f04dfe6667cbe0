/** What areas are called: kecamatan and kelurahan are read once, the deeper ones are named by their numbers. */
import { entities, type Entity } from "../api/registry";
import { space } from "../api/space";
import { who } from "../state/session.svelte";

export interface AreaName {
  code: string;
  name: string;
}

const MOST = "1000";

class AreaNames {
  tops = $state.raw<AreaName[]>([]);
  districts = $state.raw<AreaName[]>([]);
  villages = $state.raw<AreaName[]>([]);
  #known = $state.raw(new Map<string, string>());
  #asked: Promise<void> | null = null;

  /** Read the names, once; again after areas were changed. */
  load(again = false): Promise<void> {
    if (again) this.#asked = null;
    this.#asked ??= this.#read().catch(() => {
      this.#asked = null;
    });
    return this.#asked;
  }

  /** RT 3 RW 4 Krapyak; the code itself where nothing is known. */
  of(code: string): string {
    const parts = code.split(".");
    const village = this.#known.get(parts.slice(0, 4).join("."));
    if (!village) return code;
    const deep = parts.slice(4).map((part) => `${part.slice(0, 2).toUpperCase()} ${Number(part.slice(2))}`);
    return [...deep.reverse(), village].join(" ");
  }

  /** The areas just below one. */
  async below(code: string): Promise<AreaName[]> {
    const level = [undefined, "kecamatan", "kelurahan", "rw", "rt"][code.split(".").length - 1];
    if (!level) return [];
    return (await entities("areas", { area: code, level, limit: MOST })).found.map(named);
  }

  async #read(): Promise<void> {
    const [tops, districts, villages] = await Promise.all(
      ["city", "kecamatan", "kelurahan"].map(async (level) =>
        (await entities("areas", { level, limit: MOST })).found.map(named),
      ),
    );
    const order = new Intl.Collator("id", { numeric: true });
    const sorted = (found: AreaName[] = []): AreaName[] =>
      [...found].sort((a, b) => order.compare(a.name, b.name));
    this.tops = sorted(tops);
    this.districts = sorted(districts);
    this.villages = sorted(villages);
    const listed = [...this.tops, ...this.districts, ...this.villages];
    const above = this.tops.length > 0 ? [] : await areasAbove();
    this.#known = new Map([...above, ...listed].map(({ code, name }) => [code, name]));
  }
}

/** The areas in which one's own lie: whoever works with a kelurahan does not list the city, but is told its name. */
async function areasAbove(): Promise<AreaName[]> {
  const own = who.session?.areas ?? [];
  const spaces = await Promise.all(own.slice(0, 3).map((code) => space(code).catch(() => null)));
  return spaces.flatMap((one) => one?.parents ?? []);
}

function named(area: Entity): AreaName {
  return { code: area.id, name: String(area["name"] ?? area.id) };
}

export const areaNames = new AreaNames();
