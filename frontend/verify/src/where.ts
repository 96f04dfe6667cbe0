/** Where a file differs from what its manifest says, by time of day where pictures do. */

import { hex } from "./bytes";
import type { Digests } from "./digest";
import type { Manifest, Part } from "./manifest";
import { type Finding, finding } from "./verdict";

const MOST_TOLD = 20;

/** `spans` are the manifest's parts, then its head; `fits`: the first signature does; `cut`: the file ends too early. */
export function compare(manifest: Manifest, found: Digests, fits: boolean, cut: boolean): Finding[] {
  const result = manifest.segments
    .filter((one) => one.kept_sha256 !== null && one.kept_sha256 !== one.sha256)
    .map((one) => finding("segment-differs", { file: one.file, from: one.from, to: one.to }, "altered"))
    .slice(0, MOST_TOLD);
  const exported = hex(found.exported);
  if (exported === manifest.file.sha256) return result;
  if (fits) return [...result, finding("manifest-of-another", { name: manifest.file.name }, "altered")];
  const missing = manifest.parts.filter((_, at) => !found.spans[at]);
  const wrong = manifest.parts.filter((part, at) => {
    const digest = found.spans[at];
    return digest && hex(digest) !== part.sha256;
  });
  const altered = joined(wrong);
  for (const part of altered.slice(0, MOST_TOLD)) {
    const values = { from: part.from, to: part.to, offset: part.offset, bytes: part.bytes };
    const file = manifest.segments[part.segment]?.file ?? "?";
    result.push(finding("part-altered", { ...values, file }, "altered"));
  }
  if (altered.length > MOST_TOLD)
    result.push(finding("more-altered", { count: altered.length - MOST_TOLD }, "altered"));
  if (cut || missing.length) {
    result.push(size(manifest, found));
    if (missing[0] && !wrong.length) result.push(finding("whole-until", { time: missing[0].from }));
    return result;
  }
  if (found.exportedBytes !== manifest.file.bytes) result.push(size(manifest, found));
  const head = manifest.head && found.spans[manifest.parts.length];
  if (manifest.head && head && hex(head) !== manifest.head.sha256) {
    result.push(finding("head-altered", {}, "altered"));
  } else if (manifest.parts.length && !wrong.length) {
    result.push(finding("rest-altered", {}, "altered"));
  }
  result.push(finding("file-hash", { said: manifest.file.sha256, found: exported }, "altered"));
  return result;
}

/** Parts, those that follow one another in the file and are of one segment made one. */
function joined(wrong: Part[]): Part[] {
  const result: Part[] = [];
  for (const part of wrong) {
    const before = result.at(-1);
    if (before && before.segment === part.segment && before.offset + before.bytes === part.offset) {
      result[result.length - 1] = { ...before, to: part.to, bytes: before.bytes + part.bytes };
    } else {
      result.push(part);
    }
  }
  return result;
}

function size(manifest: Manifest, found: Digests): Finding {
  const kind = found.exportedBytes < manifest.file.bytes ? "unreadable" : "altered";
  return finding("size", { said: manifest.file.bytes, found: found.exportedBytes }, kind);
}
