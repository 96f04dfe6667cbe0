/** X.509 certificates (RFC 5280): as much as it takes to know whose key it is, and who vouches for it. */

import { sha256 } from "@noble/hashes/sha2.js";
import { hex, integer, same, text } from "./bytes";
import { at, identifier, time, values } from "./der";
import { fitsPkcs1, fitsPss, type PublicKey } from "./rsa";

export interface Certificate {
  whole: Uint8Array;
  fingerprint: string;
  name: string;
  subject: Uint8Array;
  issuer: Uint8Array;
  from: number;
  to: number;
  key: PublicKey | null;
  authority: boolean;
  signed: Uint8Array;
  algorithm: string;
  signature: Uint8Array;
}

const RSA = "1.2.840.113549.1.1.1";
const PSS = "1.2.840.113549.1.1.10";
const COMMON_NAME = "2.5.4.3";
const BASIC_CONSTRAINTS = "2.5.29.19";

/** Read a certificate in DER; null where it is none. */
export function certificate(der: Uint8Array): Certificate | null {
  try {
    const [signed, algorithm, signature] = values(at(der, 0).content);
    if (!signed || !algorithm || !signature || at(der, 0).whole.length !== der.length) return null;
    const fields = values(signed.content);
    if (fields[0]?.tag === 0xa0) fields.shift();
    const [, , issuer, validity, subject, info] = fields;
    if (!issuer || !validity || !subject || !info) return null;
    const [from, to] = values(validity.content);
    if (!from || !to) return null;
    return {
      whole: der,
      fingerprint: hex(sha256(der)),
      name: commonName(subject.content),
      subject: subject.whole,
      issuer: issuer.whole,
      from: time(from),
      to: time(to),
      key: publicKey(info.whole),
      authority: isAuthority(fields.find((field) => field.tag === 0xa3)?.content),
      signed: signed.whole,
      algorithm: identifier(at(algorithm.content, 0).content),
      signature: signature.content.subarray(1),
    };
  } catch {
    return null;
  }
}

function commonName(subject: Uint8Array): string {
  for (const set of values(subject)) {
    for (const pair of values(set.content)) {
      const [kind, value] = values(pair.content);
      if (kind && value && identifier(kind.content) === COMMON_NAME) return text(value.content);
    }
  }
  return "?";
}

function publicKey(info: Uint8Array): PublicKey | null {
  if (identifier(at(info, 0, 0, 0).content) !== RSA) return null;
  const key = at(info, 0, 1).content.subarray(1);
  const modulus = at(key, 0, 0).content;
  return {
    modulus: modulus[0] === 0 ? modulus.subarray(1) : modulus,
    exponent: integer(at(key, 0, 1).content),
  };
}

function isAuthority(extensions: Uint8Array | undefined): boolean {
  if (!extensions) return false;
  for (const extension of values(at(extensions, 0).content)) {
    const parts = values(extension.content);
    if (!parts[0] || identifier(parts[0].content) !== BASIC_CONSTRAINTS) continue;
    const held = parts.at(-1);
    const first = held ? values(at(held.content, 0).content)[0] : undefined;
    return first?.tag === 1 && first.content[0] === 0xff;
  }
  return false;
}

/** Whether `by` signed `one`, and is one that may sign certificates. */
export function issued(one: Certificate, by: Certificate): boolean {
  if (!by.authority || !by.key || !same(one.issuer, by.subject)) return false;
  if (one.algorithm === PSS) return fitsPss(by.key, sha256(one.signed), one.signature, null);
  return fitsPkcs1(by.key, one.algorithm, one.signed, one.signature);
}

/** Return `leaf` and those above it out of `others`, as far as they lead. */
export function chain(leaf: Certificate, others: Certificate[]): Certificate[] {
  const found = [leaf];
  for (let top = leaf; found.length <= others.length;) {
    const above = others.find(
      (one) => !found.some((had) => had.fingerprint === one.fingerprint) && issued(top, one),
    );
    if (!above) break;
    found.push(above);
    top = above;
  }
  return found;
}

/** Read the certificates in a PEM or DER file; null where one is none. */
export function certificates(data: Uint8Array): Certificate[] | null {
  const blocks = [...text(data).matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)];
  if (blocks.length > 16) return null;
  try {
    const ders = blocks.length
      ? blocks.map((block) =>
          Uint8Array.from(atob((block[1] ?? "").replace(/\s/g, "")), (letter) => letter.charCodeAt(0)),
        )
      : [data];
    const found = ders.map(certificate).filter((one) => one !== null);
    return found.length && found.length === ders.length ? found : null;
  } catch {
    return null;
  }
}
