/** Every hash of a file in one pass: its own, that of its exported state, what each signature is over, and spans. */

import { sha256 } from "@noble/hashes/sha2.js";
import { grown, type Sealed } from "./boxes";
import { join, type Source } from "./bytes";

const CHUNK = 4 * 1024 * 1024;

export interface Span {
  offset: number;
  size: number;
}

export interface Digests {
  exported: Uint8Array;
  exportedBytes: number;
  signed: Uint8Array[];
  spans: (Uint8Array | null)[];
}

/** Somebody chose other files meanwhile. */
export class Superseded extends Error {}

export async function digests(
  file: Source,
  sealed: Sealed | null,
  spans: Span[],
  progress: (share: number) => boolean,
): Promise<Digests> {
  const whole = sha256.create();
  const cutter = new Cutter(spans);
  let at = 0;
  const feed = async (end: number, hashes: { update(data: Uint8Array): unknown }[]): Promise<void> => {
    while (at < end) {
      const chunk = await file.read(at, Math.min(CHUNK, end - at));
      if (!chunk.length) return;
      for (const one of hashes) one.update(chunk);
      cutter.update(at, chunk);
      at += chunk.length;
      if (!progress(at / file.size)) throw new Superseded();
    }
  };
  if (!sealed?.signatures.length) {
    await feed(file.size, [whole]);
    return { exported: whole.digest(), exportedBytes: at, signed: [], spans: cutter.results() };
  }
  await feed(sealed.metaOffset, [whole]);
  const contents = [until(sealed, 0), ...sealed.signatures.map((_, number) => zeroed(sealed, number))];
  cutter.update(at, sealed.meta);
  at += sealed.meta.length;
  const hashes = contents.map((part) => whole.clone().update(part));
  await feed(file.size, hashes);
  const [exported, ...signed] = hashes.map((one) => one.digest());
  const exportedBytes = at - sealed.meta.length + (contents[0]?.length ?? 0);
  return { exported: exported ?? new Uint8Array(), exportedBytes, signed, spans: cutter.results() };
}

/** `meta` as it was when signature `last` was the last one. */
function until(sealed: Sealed, last: number): Uint8Array {
  const kept = sealed.signatures[last];
  const end = sealed.signatures.at(-1);
  if (!kept || !end) return sealed.meta;
  const from = kept.offset + kept.size - sealed.metaOffset;
  const to = end.offset + end.size - sealed.metaOffset;
  return grown(join(sealed.meta.subarray(0, from), sealed.meta.subarray(to)), sealed, from - to);
}

function zeroed(sealed: Sealed, number: number): Uint8Array {
  const signature = sealed.signatures[number];
  const result = Uint8Array.from(until(sealed, number));
  if (signature) {
    const place = signature.valueOffset - sealed.metaOffset;
    result.fill(0, place, place + signature.value.length);
  }
  return result;
}

type Hash = ReturnType<typeof sha256.create>;

class Cutter {
  private readonly order: number[];
  private readonly open = new Map<number, Hash>();
  private readonly found = new Map<number, Uint8Array>();
  private next = 0;

  constructor(private readonly spans: Span[]) {
    this.order = spans
      .map((_, number) => number)
      .sort((one, other) => (spans[one]?.offset ?? 0) - (spans[other]?.offset ?? 0));
  }

  update(at: number, chunk: Uint8Array): void {
    const end = at + chunk.length;
    for (; this.next < this.order.length; this.next++) {
      const number = this.order[this.next] ?? 0;
      if ((this.spans[number]?.offset ?? 0) >= end) break;
      this.open.set(number, sha256.create());
    }
    for (const [number, hash] of this.open) {
      const span = this.spans[number];
      if (!span) continue;
      hash.update(chunk.subarray(Math.max(0, span.offset - at), Math.max(0, span.offset + span.size - at)));
      if (span.offset + span.size <= end) {
        this.found.set(number, hash.digest());
        this.open.delete(number);
      }
    }
  }

  results(): (Uint8Array | null)[] {
    return this.spans.map((_, number) => this.found.get(number) ?? null);
  }
}
