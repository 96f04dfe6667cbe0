/** Bytes of files, read in pieces; numbers and texts in them. */

/** What bytes are read from: a file that was chosen. */
export interface Source {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Read a chosen file in pieces. */
export function sourceOf(file: Blob): Source {
  return {
    size: file.size,
    async read(offset, length) {
      return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
    },
  };
}

export function u16(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
}

export function u32(data: Uint8Array, at: number): number {
  return u16(data, at) * 0x10000 + u16(data, at + 2);
}

export function u64(data: Uint8Array, at: number): bigint {
  return (BigInt(u32(data, at)) << 32n) | BigInt(u32(data, at + 4));
}

export function setU32(data: Uint8Array, at: number, value: number): void {
  new DataView(data.buffer, data.byteOffset).setUint32(at, value);
}

/** Four letters of a box. */
export function letters(data: Uint8Array, at: number): string {
  return String.fromCharCode(...data.subarray(at, at + 4));
}

export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function integer(data: Uint8Array): bigint {
  return data.length ? BigInt(`0x${hex(data)}`) : 0n;
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

export function join(...parts: Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

const TEXT = new TextDecoder("utf-8");

export function text(data: Uint8Array): string {
  return TEXT.decode(data);
}

/** RFC 3339 in UTC. */
export function rfc3339(milliseconds: number, precise = false): string {
  const written = new Date(milliseconds).toISOString();
  return precise ? written : written.replace(/\.\d+Z$/, "Z");
}
