/** DER (ITU-T X.690): values and what they hold. */

export interface Value {
  tag: number;
  /** With tag and length. */
  whole: Uint8Array;
  content: Uint8Array;
}

/** Return the values that fill `data`; throws where they do not. */
export function values(data: Uint8Array): Value[] {
  const found: Value[] = [];
  let start = 0;
  while (start < data.length) {
    let at = start + 2;
    let length = data[start + 1] ?? 0x80;
    if (length & 0x80) {
      const width = length & 0x7f;
      if (width < 1 || width > 4) throw new Error("a length of another kind");
      length = 0;
      for (const byte of data.subarray(at, at + width)) length = length * 256 + byte;
      at += width;
    }
    if (at + length > data.length) throw new Error("a value is longer than what holds it");
    found.push({
      tag: data[start] ?? 0,
      whole: data.subarray(start, at + length),
      content: data.subarray(at, at + length),
    });
    start = at + length;
  }
  return found;
}

/** Follow places down a tree of values, from 0. */
export function at(data: Uint8Array, ...places: number[]): Value {
  let content = data;
  let value: Value | undefined;
  for (const place of places) {
    value = values(content)[place];
    if (!value) throw new Error("a value is missing");
    content = value.content;
  }
  if (!value) throw new Error("a value is missing");
  return value;
}

/** An object identifier's numbers. */
export function identifier(data: Uint8Array): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of data) {
    number = number * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  const [first = 0, ...rest] = numbers;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join(".");
}

/** UTCTime or GeneralizedTime, in milliseconds. */
export function time(value: Value): number {
  const digits = String.fromCharCode(...value.content).replace(/[^0-9]/g, "");
  const short = value.tag === 0x17;
  const year = short
    ? Number(digits.slice(0, 2)) + (Number(digits.slice(0, 2)) < 50 ? 2000 : 1900)
    : Number(digits.slice(0, 4));
  const rest = digits.slice(short ? 2 : 4);
  const [month, day, hour, minute, second] = [0, 2, 4, 6, 8].map((place) =>
    Number(rest.slice(place, place + 2)),
  );
  const found = Date.UTC(year, (month ?? 1) - 1, day, hour, minute, second);
  if (Number.isNaN(found)) throw new Error("no time");
  return found;
}
