/** Judging one sealed file by the rules of `ronda verify` (`ronda.evidence.verifying`). */

import { sha256 } from "@noble/hashes/sha2.js";
import { BrokenFile, readSeal, type Sealed } from "./boxes";
import { hex, rfc3339, same, type Source } from "./bytes";
import { certificate, certificates, type Certificate } from "./certificate";
import { type Digests, digests, type Span } from "./digest";
import { type Manifest, readManifest } from "./manifest";
import { fitsPss } from "./rsa";
import { judgeSignatures } from "./signers";
import { readStamp } from "./stamp";
import { type Facts, type Finding, finding, type Verdict, worst } from "./verdict";
import { compare } from "./where";

/** What lies beside the file; null for what was not given. */
export interface Beside {
  manifest: Uint8Array | null;
  signature: Uint8Array | null;
  certificates: Uint8Array | null;
  timeStamp: Uint8Array | null;
}

/**
 * Judge a file, read once where all is well.
 *
 * @param trusted The authority's SHA-256 fingerprint, where the reader has it from the city itself.
 * @param progress Called with the share that is read; returns false to give up.
 */
export async function judge(
  name: string,
  file: Source,
  beside: Beside,
  trusted: string | null,
  progress: (share: number) => boolean,
): Promise<Verdict> {
  const findings: Finding[] = [];
  const { sealed, broken } = await outline(file);
  const others = handedOver(beside, findings);
  const first = sealed?.signatures[0]?.certificate ?? null;
  const manifest = believed(beside, first, others, findings);
  let found: Digests | null = null;
  let fits = false;
  if (manifest || first) {
    found = await digests(file, sealed, [], progress);
    // A script hashes slowly: where in the file is looked for only when something is wrong.
    if (manifest && hex(found.exported) !== manifest.file.sha256) {
      found = await digests(file, sealed, spans(manifest), progress);
    }
  }
  if (broken) findings.push(whatBroke(broken, file.size, manifest));
  else if (!sealed || !first) findings.push(unsigned(manifest));
  else if (found) fits = judgeSignatures(sealed, found, others, trusted, findings);
  if (manifest && found) {
    findings.push(...compare(manifest, found, fits, broken?.cut ?? false), ...told(manifest));
  }
  if (found && !broken) findings.push(...stamped(beside, manifest, found.exported));
  return { file: name, kind: worst(findings), findings, facts: facts(sealed, manifest, found) };
}

async function outline(file: Source): Promise<{ sealed: Sealed | null; broken: BrokenFile | null }> {
  try {
    return { sealed: await readSeal(file), broken: null };
  } catch (error) {
    if (error instanceof BrokenFile) return { sealed: null, broken: error };
    throw error;
  }
}

function handedOver(beside: Beside, findings: Finding[]): Certificate[] {
  if (!beside.certificates) return [];
  const found = certificates(beside.certificates);
  if (!found) findings.push(finding("certificates-unreadable"));
  return found ?? [];
}

/** The manifest, if its signature is that of who sealed the file; else `findings` say why not. */
function believed(
  beside: Beside,
  first: Uint8Array | null,
  others: Certificate[],
  findings: Finding[],
): Manifest | null {
  const { manifest, signature } = beside;
  if (!manifest || !signature) {
    findings.push(finding(manifest ? "manifest-unsigned" : "manifest-missing"));
    return null;
  }
  const digest = sha256(manifest);
  const fits = (one: Certificate | null | undefined) =>
    Boolean(one?.key && fitsPss(one.key, digest, signature));
  const [own, other] = [fits(first && certificate(first)), fits(others[0])];
  if (!own && !other) {
    const nobody = !first && !others[0];
    findings.push(nobody ? finding("manifest-unknown") : finding("manifest-altered", {}, "altered"));
    return null;
  }
  if (first && !own) findings.push(finding("manifest-other-signer", {}, "altered"));
  try {
    return readManifest(manifest);
  } catch (error) {
    findings.push(finding("manifest-unreadable", { problem: error instanceof Error ? error.message : "?" }));
    return null;
  }
}

function spans(manifest: Manifest | null): Span[] {
  if (!manifest) return [];
  const head = manifest.head ? [{ offset: 0, size: manifest.head.bytes }] : [];
  return [...manifest.parts.map((part) => ({ offset: part.offset, size: part.bytes })), ...head];
}

function whatBroke(broken: BrokenFile, size: number, manifest: Manifest | null): Finding {
  const values = { problem: broken.message };
  if (manifest && size >= manifest.file.bytes) return finding("structure", values, "altered");
  return finding(broken.cut ? "cut" : "unreadable", values, "unreadable");
}

function unsigned(manifest: Manifest | null): Finding {
  return manifest ? finding("seal-removed", {}, "altered") : finding("no-signature", {}, "not-signed");
}

function told(manifest: Manifest): Finding[] {
  const found = manifest.gaps.map((gap) =>
    finding("gap", { from: gap.from, to: gap.to, cause: gap.cause || "unknown" }, "authentic-with-gaps"),
  );
  if (manifest.signed_video) found.push(finding("signed-video"));
  const offset = manifest.clock.offset_s;
  if (offset === null) found.push(finding("clock-unmeasured"));
  else if (Math.abs(offset) >= 1) {
    found.push(finding("clock-offset", { seconds: `${offset < 0 ? "" : "+"}${offset.toFixed(1)}` }));
  }
  return found;
}

function stamped(beside: Beside, manifest: Manifest | null, exported: Uint8Array): Finding[] {
  const said = manifest?.time_stamp;
  if (!beside.timeStamp) {
    if (!said || said.state === "not-asked") return [];
    const server = said.server || "?";
    if (said.state === "failed")
      return [finding("time-stamp-failed", { server, reason: said.reason || "?" })];
    return [finding("time-stamp-missing", { server })];
  }
  try {
    const stamp = readStamp(beside.timeStamp);
    const values = { at: rfc3339(stamp.at) };
    if (!same(stamp.digest, exported)) return [finding("time-stamp-other", values, "altered")];
    return [finding("time-stamp-not-compared", values)];
  } catch (error) {
    const problem = error instanceof Error ? error.message : "?";
    return [finding("time-stamp-unreadable", { problem }, "altered")];
  }
}

function facts(sealed: Sealed | null, manifest: Manifest | null, found: Digests | null): Facts {
  return {
    unit: sealed?.unit || manifest?.unit || "",
    operator: sealed?.operator || manifest?.operator || "",
    camera: manifest?.camera.name ?? sealed?.cameras[0] ?? "",
    place: manifest?.camera.place ?? "",
    case: manifest?.case?.number ?? "",
    sealed_at: sealed ? rfc3339(sealed.sealedAt) : (manifest?.made_at ?? ""),
    start: manifest?.delivered[0]?.from ?? (sealed?.start ? rfc3339(sealed.start, true) : ""),
    end: manifest?.delivered.at(-1)?.to ?? "",
    sha256: found ? hex(found.exported) : "",
  };
}
