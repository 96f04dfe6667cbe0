/** The bookmarks of a replay: those of its cameras within what the timeline shows. */
import { addBookmark, bookmarksOf, removeBookmark, type Bookmark } from "../api/finding";
import type { View } from "../timeline/scale";

const SETTLE_MS = 600;

export class Marks {
  all = $state.raw<readonly Bookmark[]>([]);
  #settle: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly cameras: readonly string[]) {}

  of(camera: string): readonly number[] {
    return this.all.filter((one) => one.camera === camera).map(({ at }) => Date.parse(at));
  }

  look(view: View): () => void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => void this.#read(view), SETTLE_MS);
    return () => clearTimeout(this.#settle);
  }

  async #read({ from, to }: View): Promise<void> {
    this.all = await bookmarksOf(this.cameras, from, to).catch(() => this.all);
  }

  async add(camera: string, at: number, note: string, number: string): Promise<void> {
    const made = await addBookmark(camera, at, note, number);
    this.all = [...this.all, made].sort((a, b) => a.at.localeCompare(b.at));
  }

  async remove(id: string): Promise<void> {
    await removeBookmark(id);
    this.all = this.all.filter((one) => one.id !== id);
  }
}
