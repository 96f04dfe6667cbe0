/** What somebody is writing into a form: a copy of a document, and whether it differs from what was there. */
import { Refusal } from "../api/http";
import type { Doc } from "../api/registry";
import { setAt, valueAt } from "./fields";

export class Draft {
  document = $state<Doc>({});
  /** What was refused, by the field that it is about; what is about none is under "". */
  problems = $state.raw<Record<string, string>>({});
  #before = $state.raw("");

  constructor(document: Doc) {
    this.begin(document);
  }

  get changed(): boolean {
    return JSON.stringify(this.document) !== this.#before;
  }

  begin(document: Doc): void {
    this.document = structuredClone(document);
    this.#before = JSON.stringify(document);
    this.problems = {};
  }

  at(path: string): unknown {
    return valueAt(this.document, path);
  }

  text(path: string): string {
    const value = this.at(path);
    return value === null || value === undefined ? "" : String(value);
  }

  number(path: string): number | null {
    const value = this.at(path);
    return typeof value === "number" ? value : null;
  }

  put(path: string, value: unknown): void {
    setAt(this.document, path, value);
  }

  /** A plain copy to be sent. */
  get plain(): Doc {
    return $state.snapshot(this.document);
  }

  /** Sort what the server said into the fields that it named. */
  refuse(error: unknown, said: string, paths: readonly string[]): void {
    const problems: Record<string, string> = {};
    if (error instanceof Refusal && error.mend === null) {
      for (const part of error.detail.split("; ")) {
        const [, place, why] = /^([\w.]+): (.*)$/.exec(part) ?? [];
        const path = paths.find((one) => one === place || place?.startsWith(`${one}.`));
        if (path && why) problems[path] = why;
      }
    }
    this.problems = Object.keys(problems).length > 0 ? problems : { "": said };
  }
}
