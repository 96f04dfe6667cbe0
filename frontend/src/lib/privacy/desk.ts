/** Whose masked copies are made: those of somebody in the pictures who asked, or those of a case. */
import { caseDoor, requestDoor } from "../api/copies";
import type { CaseStretch, WholeCase } from "../api/cases";
import type { DataRequest } from "../api/privacy";

/** Minutes of a camera out of which a copy can be made. */
export interface Choice {
  camera: string;
  name: string;
  from: string;
  to: string;
}

export interface CopyDesk {
  /** Where the server answers for it. */
  door: string;
  /** Whose words are used. */
  kind: "request" | "case";
  /** What there is to choose from; empty where a person types which camera. */
  choices: readonly Choice[];
  camera: string;
  /** When the stretch is likely to begin. */
  begin: string;
  /** Within which times a copy lies, where that is said. */
  bounds: { from: string; to: string } | null;
  /** With what a resident fetches it; empty in a case. */
  receipt: string;
}

export function requestDesk(request: DataRequest): CopyDesk {
  const { receipt, camera, from, to, at } = request;
  return {
    door: requestDoor(receipt),
    kind: "request",
    choices: [],
    camera: camera ?? "",
    begin: from ?? at,
    bounds: from && to ? { from, to } : null,
    receipt,
  };
}

export function caseDesk(one: WholeCase): CopyDesk {
  const choices = one.footage.map(choice);
  return {
    door: caseDoor(one.number),
    kind: "case",
    choices,
    camera: choices[0]?.camera ?? "",
    begin: choices[0] ? beginning(choices[0], one.happened) : one.asked,
    bounds: null,
    receipt: "",
  };
}

/** Where somebody will look first: when it happened, where that lies within the stretch, else its start. */
export function beginning(one: Choice, happened: string | null = null): string {
  const at = Date.parse(happened ?? "");
  return at >= Date.parse(one.from) && at < Date.parse(one.to) ? new Date(at).toISOString() : one.from;
}

const choice = ({ camera, name, from, to }: CaseStretch): Choice => ({ camera, name, from, to });
