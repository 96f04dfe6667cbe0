/** What verifying comes to; the words are in `words.json`, which `ronda verify` uses too. */

export const KINDS = [
  "authentic",
  "authentic-with-gaps",
  "unknown-signer",
  "not-signed",
  "altered",
  "unreadable",
] as const;

/** From the best to the worst. */
export type Kind = (typeof KINDS)[number];

export interface Finding {
  code: string;
  values: Record<string, string | number>;
  kind: Kind | null;
}

export interface Facts {
  unit: string;
  operator: string;
  camera: string;
  place: string;
  case: string;
  sealed_at: string;
  start: string;
  end: string;
  sha256: string;
}

export interface Verdict {
  file: string;
  kind: Kind;
  findings: Finding[];
  facts: Facts;
}

/** Findings that leave open who sealed: anybody can make a certificate in a city's name. */
export const UNCOMPARED = ["authority-not-compared", "authority-missing"];

export function uncompared(verdict: Verdict): boolean {
  return (
    verdict.kind.startsWith("authentic") && verdict.findings.some((one) => UNCOMPARED.includes(one.code))
  );
}

export function finding(code: string, values: Finding["values"] = {}, kind: Kind | null = null): Finding {
  return { code, values, kind };
}

export function worst(findings: Finding[]): Kind {
  return (
    KINDS[Math.max(0, ...findings.map((one) => (one.kind ? KINDS.indexOf(one.kind) : 0)))] ?? "unreadable"
  );
}
