/** Whose signatures a file carries, whether they fit, and whether their certificates can be relied upon. */

import type { Sealed } from "./boxes";
import { rfc3339 } from "./bytes";
import { certificate, chain, issued, type Certificate } from "./certificate";
import type { Digests } from "./digest";
import { fitsPss } from "./rsa";
import { type Finding, finding } from "./verdict";

/** Judge every signature in order; return whether the first one fits. */
export function judgeSignatures(
  sealed: Sealed,
  digests: Digests,
  others: Certificate[],
  trusted: string | null,
  findings: Finding[],
): boolean {
  let first = false;
  sealed.signatures.forEach((signature, at) => {
    const held = certificate(signature.certificate);
    const digest = digests.signed[at];
    const name = held?.name ?? "?";
    const number = at + 1;
    const fits = Boolean(held?.key && digest && fitsPss(held.key, digest, signature.value));
    if (!signature.usual) findings.push(finding("scheme-unknown", { number }, "unknown-signer"));
    else if (!fits) findings.push(finding("signature-wrong", { number, name }, "altered"));
    else if (number > 1)
      findings.push(finding("signed-again", { number, name, note: signature.note || "-" }));
    if (at === 0) first = signature.usual && fits;
  });
  const leaf = certificate(sealed.signatures[0]?.certificate ?? new Uint8Array());
  if (leaf) {
    findings.push(...reliedUpon(chain(leaf, others), trusted, Math.floor(sealed.sealedAt / 1000) * 1000));
    if (others[0] && others[0].fingerprint !== leaf.fingerprint) {
      findings.push(finding("certificate-differs", {}, "unknown-signer"));
    }
  }
  return first;
}

function reliedUpon(found: Certificate[], trusted: string | null, at: number): Finding[] {
  const result = found
    .filter((one) => at < one.from || at > one.to)
    .map((one) => {
      const values = { name: one.name, from: rfc3339(one.from), to: rfc3339(one.to), at: rfc3339(at) };
      return finding("certificate-expired", values, "unknown-signer");
    });
  const top = found.at(-1);
  if (!top) return result;
  const values = { name: top.name, fingerprint: top.fingerprint };
  if (trusted === null) {
    const alone = found.length === 1 && !issued(top, top);
    result.push(finding(alone ? "authority-missing" : "authority-not-compared", values));
  } else if (found.some((one) => one.fingerprint === trusted)) {
    result.push(finding("authority-trusted", values));
  } else {
    result.push(finding("authority-other", values, "unknown-signer"));
  }
  return result;
}
