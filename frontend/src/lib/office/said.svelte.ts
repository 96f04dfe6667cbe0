/** What was just done, with how to take it back; it stays over a change of page, until the next thing is done. */
export interface Undo {
  run: () => Promise<void>;
  /** What taking it back does not bring back. */
  loses?: string;
}

class Said {
  text = $state("");
  undo = $state.raw<Undo | null>(null);

  say(text: string, undo: Undo | null = null): void {
    this.text = text;
    this.undo = undo;
  }

  clear(): void {
    this.say("");
  }
}

export const said = new Said();
