/**
 * RSA signatures over a digest (RFC 8017). The browser's own cryptography cannot check a digest that was computed
 * piece by piece, so the arithmetic is here: it handles public numbers only.
 */

import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { integer, join, same } from "./bytes";

export interface PublicKey {
  modulus: Uint8Array;
  exponent: bigint;
}

const SALT = 20;
const LEAST_BITS = 2048;

const PREFIXES: Record<string, { hash: (data: Uint8Array) => Uint8Array; prefix: number[] }> = {
  "1.2.840.113549.1.1.11": {
    hash: sha256,
    prefix: [0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20],
  },
  "1.2.840.113549.1.1.12": {
    hash: sha384,
    prefix: [0x30, 0x41, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2, 5, 0, 4, 0x30],
  },
  "1.2.840.113549.1.1.13": {
    hash: sha512,
    prefix: [0x30, 0x51, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3, 5, 0, 4, 0x40],
  },
};

export function bits(key: PublicKey): number {
  return integer(key.modulus).toString(2).length;
}

/**
 * Whether `signature` is that of `key` over a SHA-256 digest: RSASSA-PSS, MGF1 with SHA-256.
 * A seal's salt has 20 bytes; a certificate's (`salt` null) may have any number.
 */
export function fitsPss(
  key: PublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
  salt: number | null = SALT,
): boolean {
  const length = bits(key) - 1;
  if (length + 1 < LEAST_BITS) return false;
  const encoded = opened(key, signature, Math.ceil(length / 8));
  if (!encoded || encoded.at(-1) !== 0xbc) return false;
  const masked = encoded.subarray(0, encoded.length - 33);
  const hash = encoded.subarray(encoded.length - 33, encoded.length - 1);
  const unused = 8 * encoded.length - length;
  if ((masked[0] ?? 0) >> (8 - unused)) return false;
  const block = mask(hash, masked.length).map((byte, at) => byte ^ (masked[at] ?? 0));
  block[0] = (block[0] ?? 0) & (0xff >> unused);
  const padding = salt === null ? block.indexOf(1) : block.length - salt - 1;
  if (padding < 0) return false;
  if (block.subarray(0, padding).some((byte) => byte !== 0) || block[padding] !== 1) return false;
  return same(hash, sha256(join(new Uint8Array(8), digest, block.subarray(padding + 1))));
}

/** Whether `signature` is that of `key` over a message: RSASSA-PKCS1-v1_5, as certificates are signed. */
export function fitsPkcs1(
  key: PublicKey,
  algorithm: string,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const scheme = PREFIXES[algorithm];
  const encoded = scheme && opened(key, signature, key.modulus.length);
  if (!encoded) return false;
  const end = join(Uint8Array.from(scheme.prefix), scheme.hash(message));
  const padding = new Uint8Array(encoded.length - end.length - 3).fill(0xff);
  return same(encoded, join(Uint8Array.of(0, 1), padding, Uint8Array.of(0), end));
}

function opened(key: PublicKey, signature: Uint8Array, length: number): Uint8Array | null {
  const modulus = integer(key.modulus);
  const value = integer(signature);
  if (signature.length !== key.modulus.length || value >= modulus || key.exponent < 3n || key.exponent >> 40n)
    return null;
  let result = 1n;
  let base = value;
  for (let exponent = key.exponent; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  const digits = result.toString(16).padStart(2 * length, "0");
  if (digits.length > 2 * length) return null;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** MGF1 with SHA-256. */
function mask(seed: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let counter = 0; counter * 32 < length; counter++) {
    parts.push(sha256(join(seed, Uint8Array.of(0, 0, counter >> 8, counter))));
  }
  return join(...parts).subarray(0, length);
}
