/** The ONVIF Export File Format's boxes, read without trusting a size; the pictures are skipped. */

import { letters, setU32, type Source, text, u16, u32, u64 } from "./bytes";

const LARGEST_META = 4 * 1024 * 1024;
const MOST_SIGNATURES = 32;
const MOST_CHILDREN = 256;
const MOST_BOXES = 2_000_000;
const LARGEST_SIGNATURE = 4_096;
const WINDOW = 64 * 1024;
const LATEST_MS = 253_370_764_800_000;

export interface Signature {
  offset: number;
  size: number;
  valueOffset: number;
  value: Uint8Array;
  certificate: Uint8Array;
  note: string;
  usual: boolean;
}

export interface Sealed {
  metaOffset: number;
  meta: Uint8Array;
  iproOffset: number;
  unit: string;
  operator: string;
  sealedAt: number;
  cameras: string[];
  start: number | null;
  signatures: Signature[];
}

/** Boxes that do not fit the file; `cut` where the file ends before its last box does. */
export class BrokenFile extends Error {
  constructor(
    message: string,
    readonly cut = false,
  ) {
    super(message);
  }
}

interface Box {
  kind: string;
  offset: number;
  header: number;
  size: number;
}

/** Return what a file's seal says; null for an MP4 without one. */
export async function readSeal(file: Source): Promise<Sealed | null> {
  const metas: Box[] = [];
  let offset = 0;
  let window = new Uint8Array();
  let windowAt = 0;
  for (let number = 0; number === 0 || offset < file.size; number++) {
    if (number >= MOST_BOXES) throw new BrokenFile("the file has too many parts");
    if (offset < windowAt || offset + 16 > windowAt + window.length) {
      window = new Uint8Array(await file.read(offset, number < 8 ? 16 : WINDOW));
      windowAt = offset;
    }
    const box = header(window.subarray(offset - windowAt), offset, file.size - offset);
    if (number === 0 && box.kind !== "ftyp")
      throw new BrokenFile("this is no MP4: it does not begin with ftyp");
    if (box.size > file.size - offset) {
      const end = offset + box.size;
      throw new BrokenFile(
        `part ${box.kind} at byte ${offset} should end at byte ${end}, the file ends at ${file.size}`,
        true,
      );
    }
    if (box.kind === "meta" && metas.length < MOST_CHILDREN) metas.push(box);
    offset += box.size;
  }
  for (const meta of metas) {
    if (meta.size > LARGEST_META || meta.header !== 8) continue;
    const sealed = seal(await file.read(meta.offset, meta.size), meta);
    if (sealed) return sealed;
  }
  return null;
}

function header(head: Uint8Array, offset: number, left: number): Box {
  if (head.length < 8 || left < 8)
    throw new BrokenFile(`the file ends within a part at byte ${offset}`, true);
  let size = u32(head, 0);
  let length = 8;
  if (size === 1) {
    if (head.length < 16 || left < 16)
      throw new BrokenFile(`the file ends within a part at byte ${offset}`, true);
    size = Number(u64(head, 8));
    length = 16;
  } else if (size === 0) {
    size = left;
  }
  if (size < length) throw new BrokenFile(`the part at byte ${offset} has an impossible size, ${size}`);
  return { kind: letters(head, 4), offset, header: length, size };
}

function children(data: Uint8Array, start: number, end: number): Box[] {
  const found: Box[] = [];
  while (start < end) {
    if (found.length >= MOST_CHILDREN) throw new BrokenFile("the seal has too many boxes");
    const box = header(data.subarray(start, Math.min(end, start + 16)), start, end - start);
    if (box.size > end - start)
      throw new BrokenFile("a box of the seal is larger than the one that holds it");
    found.push(box);
    start += box.size;
  }
  return found;
}

function content(data: Uint8Array, box: Box): Uint8Array {
  return data.subarray(box.offset + box.header, box.offset + box.size);
}

/** Whether these letters stand anywhere in the bytes. */
function mentions(data: Uint8Array, word: string): boolean {
  for (let at = 0; at + 4 <= data.length; at++) {
    if (data[at] === word.charCodeAt(0) && letters(data, at) === word) return true;
  }
  return false;
}

function seal(data: Uint8Array, meta: Box): Sealed | null {
  if (!mentions(data, "suep") && !mentions(data, "oeff")) return null;
  if (data.length < 12) throw new BrokenFile("the seal's box is cut");
  const found = new Map(children(data, 12, data.length).map((box) => [box.kind, box]));
  const exported = found.get("suep");
  if (!exported) return null;
  const ipro = found.get("ipro");
  const stated = found.get("cstb");
  const signatures = ipro ? signaturesOf(data, ipro, meta.offset) : { list: [], start: null };
  return {
    metaOffset: meta.offset,
    meta: data,
    iproOffset: meta.offset + (ipro ? ipro.offset : meta.size),
    ...exportOf(content(data, exported)),
    start: stated ? startOf(content(data, stated)) : signatures.start,
    signatures: signatures.list,
  };
}

function exportOf(data: Uint8Array): Pick<Sealed, "unit" | "operator" | "sealedAt" | "cameras"> {
  const fields = new Fields(data);
  const version = fields.u32() >>> 24;
  const unit = fields.text();
  fields.text();
  fields.text();
  const sealedAt = possible((Number(fields.u64()) - 2_082_844_800) * 1000);
  const operator = fields.text();
  const count = fields.u32();
  if (count > 64) throw new BrokenFile(`the seal speaks of ${count} tracks`);
  const cameras: string[] = [];
  for (let track = 0; track < count; track++) {
    fields.u16();
    cameras.push(fields.text());
    for (let more = version ? 3 : 2; more > 0; more--) fields.text();
  }
  return { unit, operator, sealedAt, cameras };
}

function signaturesOf(
  data: Uint8Array,
  ipro: Box,
  metaOffset: number,
): { list: Signature[]; start: number | null } {
  const body = ipro.offset + ipro.header + 6;
  if (body > ipro.offset + ipro.size || ipro.header !== 8) throw new BrokenFile("the seal's box ipro is cut");
  const boxes = children(data, body, ipro.offset + ipro.size);
  if (boxes.length > MOST_SIGNATURES) throw new BrokenFile("the file carries too many signatures");
  let start: number | null = null;
  const list = boxes.map((sinf, number) => {
    if (sinf.kind !== "sinf")
      throw new BrokenFile("something else than a signature stands among the signatures");
    const parts = children(data, sinf.offset + sinf.header, sinf.offset + sinf.size);
    for (const scheme of parts.filter((box) => box.kind === "schi")) {
      parts.push(...children(data, scheme.offset + scheme.header, scheme.offset + scheme.size));
    }
    const byKind = new Map(parts.map((box) => [box.kind, box]));
    if (byKind.size !== parts.length) throw new BrokenFile("a signature has two boxes of a kind");
    const [value, certificate, scheme] = [byKind.get("sibo"), byKind.get("cert"), byKind.get("schm")];
    if (!value || !certificate || value.size - value.header > LARGEST_SIGNATURE) {
      throw new BrokenFile("a signature lacks its value or its certificate");
    }
    const named = scheme ? content(data, scheme) : new Uint8Array();
    const note = byKind.get("auib");
    const own = byKind.get("cstb");
    const ownStart = own ? startOf(content(data, own)) : null;
    if (number === 0) start = ownStart;
    return {
      offset: metaOffset + sinf.offset,
      size: sinf.size,
      valueOffset: metaOffset + value.offset + value.header,
      value: content(data, value),
      certificate: content(data, certificate),
      note: note ? text(content(data, note)).replace(/\0+$/, "") : "",
      usual:
        named.length >= 12 &&
        letters(named, 4) === "oeff" &&
        u32(named, 8) === 0x10000 &&
        !byKind.has("sigC"),
    };
  });
  return { list, start };
}

function startOf(data: Uint8Array): number | null {
  const fields = new Fields(data);
  if (fields.u32() === 0) return null;
  fields.u32();
  return possible(Number((fields.u64() - 116_444_736_000_000_000n) / 10_000n));
}

function possible(milliseconds: number): number {
  if (milliseconds < 0 || milliseconds >= LATEST_MS)
    throw new BrokenFile("the seal names an impossible time");
  return milliseconds;
}

/** Return `meta` with `more` bytes added to its size and to that of `ipro`. */
export function grown(meta: Uint8Array, sealed: Sealed, more: number): Uint8Array {
  const result = Uint8Array.from(meta);
  for (const place of [0, sealed.iproOffset - sealed.metaOffset]) {
    const size = u32(result, place);
    if (size) setU32(result, place, size + more);
  }
  return result;
}

class Fields {
  private at = 0;
  constructor(private readonly data: Uint8Array) {}

  private take(length: number): number {
    if (this.at + length > this.data.length) throw new BrokenFile("a box of the seal is too short");
    this.at += length;
    return this.at - length;
  }
  u16(): number {
    return u16(this.data, this.take(2));
  }
  u32(): number {
    return u32(this.data, this.take(4));
  }
  u64(): bigint {
    return u64(this.data, this.take(8));
  }
  text(): string {
    const end = this.data.indexOf(0, this.at);
    if (end < 0) throw new BrokenFile("a text of the seal does not end");
    const found = text(this.data.subarray(this.at, end));
    this.at = end + 1;
    return found;
  }
}
