/** The manifest, checked before anything in it is used: it must be of version 1, and what is read of it of its type. */

export interface Stretch {
  from: string;
  to: string;
}

export interface Part extends Stretch {
  segment: number;
  offset: number;
  bytes: number;
  sha256: string;
}

export interface Manifest {
  file: { name: string; bytes: number; sha256: string };
  head: { bytes: number; sha256: string } | null;
  camera: { name: string; place: string };
  delivered: Stretch[];
  gaps: (Stretch & { cause: string })[];
  segments: (Stretch & { file: string; sha256: string; kept_sha256: string | null })[];
  parts: Part[];
  clock: { offset_s: number | null };
  signed_video: boolean;
  case: { number: string } | null;
  operator: string;
  unit: string;
  made_at: string;
  time_stamp: { state: string; server: string; reason: string };
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;
const SHA256 = /^[0-9a-f]{64}$/;
const MOST = 50_000;

type Fields = Record<string, unknown>;

/** Return what a manifest says; throws, naming the field, where it cannot be. */
export function readManifest(data: Uint8Array): Manifest {
  const plain = object(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data)), "");
  if (plain["format"] !== "ronda-evidence") throw new Error("format");
  if (plain["version"] !== 1) throw new Error("version");
  const [file, camera, head, matter] = [
    object(plain["file"], "file"),
    object(plain["camera"], "camera"),
    plain["head"],
    plain["case"],
  ];
  const clock = object(plain["clock"] ?? {}, "clock");
  const stamp = object(plain["time_stamp"] ?? {}, "time_stamp");
  return {
    file: { name: words(file, "name"), bytes: count(file, "bytes"), sha256: hash(file, "sha256") },
    head: head
      ? { bytes: count(object(head, "head"), "bytes"), sha256: hash(object(head, "head"), "sha256") }
      : null,
    camera: { name: words(camera, "name"), place: words(camera, "place", "") },
    delivered: list(plain, "delivered").map(stretch),
    gaps: list(plain, "gaps", []).map((gap) => ({ ...stretch(gap), cause: words(gap, "cause") })),
    segments: list(plain, "segments", []).map((one) => ({
      ...stretch(one),
      file: words(one, "file"),
      sha256: hash(one, "sha256"),
      kept_sha256:
        one["kept_sha256"] === undefined || one["kept_sha256"] === null ? null : hash(one, "kept_sha256"),
    })),
    parts: list(plain, "parts", []).map((one) => ({
      ...stretch(one),
      segment: count(one, "segment"),
      offset: count(one, "offset"),
      bytes: count(one, "bytes"),
      sha256: hash(one, "sha256"),
    })),
    clock: { offset_s: typeof clock["offset_s"] === "number" ? clock["offset_s"] : null },
    signed_video: plain["signed_video"] === true,
    case: matter ? { number: words(object(matter, "case"), "number") } : null,
    operator: words(plain, "operator"),
    unit: words(plain, "unit"),
    made_at: moment(plain, "made_at"),
    time_stamp: {
      state: words(stamp, "state", "not-asked"),
      server: words(stamp, "server", ""),
      reason: words(stamp, "reason", ""),
    },
  };
}

function object(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(name || "JSON");
  return value as Fields;
}

function list(fields: Fields, name: string, instead?: unknown[]): Fields[] {
  const value = fields[name] ?? instead;
  if (!Array.isArray(value) || value.length > MOST) throw new Error(name);
  return value.map((one) => object(one, name));
}

function words(fields: Fields, name: string, instead?: string): string {
  const value = fields[name] ?? instead;
  if (typeof value !== "string" || value.length > 2_000) throw new Error(name);
  return value;
}

function count(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw new Error(name);
  return value;
}

function hash(fields: Fields, name: string): string {
  const value = words(fields, name);
  if (!SHA256.test(value)) throw new Error(name);
  return value;
}

function moment(fields: Fields, name: string): string {
  const value = words(fields, name);
  if (!TIME.test(value)) throw new Error(name);
  return value;
}

function stretch(fields: Fields): Stretch {
  return { from: moment(fields, "from"), to: moment(fields, "to") };
}
