/** What the server says, as it says it. Times are RFC 3339 in UTC. */

export type SourceState = "idle" | "connecting" | "running" | "silent" | "backing-off" | "refused" | "busy";

export type GapCause =
  | "unreachable"
  | "credentials"
  | "silent"
  | "disk-full"
  | "disk-slow"
  | "disk-failed"
  | "node-stopped"
  | "schedule"
  | "retention"
  | "deleted-by-order"
  | "unknown";

export interface ProfileStatus {
  state: SourceState;
  since?: string;
  reason?: string | null;
  codec: string | null;
  width: number | null;
  height: number | null;
  fps: number | null;
  bitrate_bps: number | null;
  keyframe_distance_s: number | null;
  clock_offset_ms: number | null;
  pictures: number;
  lost_packets: number;
  bad_packets: number;
  reconnects: number;
  viewers: number;
}

export interface CameraState {
  state: SourceState;
  since: string | null;
  reason: string | null;
  recording: boolean;
  gap: GapCause | null;
  last_picture: string | null;
  profiles: Partial<Record<string, ProfileStatus>>;
}

/** A weekly stretch in the city's zone, "18:00" to "06:00"; weekday 0 is Monday. */
export interface Hours {
  weekdays: number[];
  from: string;
  to: string;
}

export interface Recording {
  mode: "off" | "continuous" | "schedule" | "event";
  profile: "main" | "sub";
  days: number;
  hours: Hours[];
}

export interface Camera {
  id: string;
  name: string;
  url?: string;
  sub_url?: string | null;
  recording: Recording;
  simulated: boolean;
  state: CameraState;
  site?: string | null;
  site_name?: string | null;
  kind?: string | null;
  area?: string | null;
  /** Where it hangs, where that is known. */
  lat?: number | null;
  lon?: number | null;
  /** It has an address: pictures of it may be asked for. */
  connected?: boolean;
  /** How residents see it. */
  published?: string;
  trouble?: Trouble | null;
  /** What the person may do to it, and what once they say what for; of one camera only. */
  may?: string[];
  may_for_purpose?: string[];
}

/** What keeps a camera from working; days as 2026-11-21. */
export interface Trouble {
  cause: string;
  since: string;
  target: string | null;
}

export interface CameraChange {
  name?: string;
  url?: string;
  recording?: Partial<Camera["recording"]>;
}

/** A range that is kept until somebody lets it go. */
export interface Hold extends Span {
  id: string;
  camera: string;
  reason: string;
  by: string;
  at: string;
  /** When it ends by itself; null: when somebody ends it. */
  until: string | null;
  ends_soon: boolean;
}

export interface Span {
  from: string;
  to: string;
}

export interface Gap extends Span {
  cause: GapCause;
}

export interface Timeline {
  profile: string;
  coverage: Span[];
  gaps: Gap[];
}

export interface Session {
  person: SignedIn | null;
  public: boolean;
  may: string[];
  /** Region codes of one's own grants. */
  areas: string[];
  /** A place's screen is signed in, for whose area nobody is named yet. */
  name_people: boolean;
}

export interface SignedIn {
  name: string;
  display: string;
  kind: "person" | "place" | "token" | "local";
  roles: string[];
  grants: Grant[];
}

/** A role over an area and all below it, an agency, a partner or the whole city. */
export interface Grant {
  id: string;
  person: string | null;
  role: string;
  scope: "area" | "agency" | "partner" | "city";
  value: string;
  from: string;
  until: string | null;
  by: string;
}

/** The ground of the map, where the city has set one: tiles of its own instead of the map that ships. */
export interface MapTiles {
  tiles: string;
  kind: "raster" | "vector" | "pmtiles";
  attribution: string;
}

export interface Info {
  version: string;
  name: string;
  simulated: boolean;
  https: boolean;
  timezone: string;
  /** What the city's own sign-on is called; null where there is none. */
  sign_on?: string | null;
  map?: MapTiles | null;
}

export interface ProbeReport {
  ok: boolean;
  url: string;
  problem: string | null;
  mend: string | null;
  tracks: string[];
  codec: string | null;
  width: number | null;
  height: number | null;
  fps: number | null;
  bitrate_bps: number | null;
  keyframe_distance_s: number | null;
  clock_offset_ms: number | null;
}

export interface NewCamera {
  id: string;
  url: string;
  name?: string;
  sub_url?: string;
  record?: boolean;
}
