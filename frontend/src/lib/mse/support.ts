/** What this browser can play, asked of the browser at the moment of need. */

interface SourceKind {
  new (): MediaSource;
  isTypeSupported(mime: string): boolean;
}

/** MediaSource, or ManagedMediaSource where only that exists (iOS 17.1 and later); null where neither does. */
export function sourceKind(): SourceKind | null {
  const scope = globalThis as { ManagedMediaSource?: SourceKind; MediaSource?: SourceKind };
  return scope.ManagedMediaSource ?? scope.MediaSource ?? null;
}

/** The words of the `codecs` parameter: what a media socket may send. */
export function playableCodecs(): string[] {
  const kind = sourceKind();
  if (!kind) return [];
  const codecs: string[] = [];
  if (kind.isTypeSupported('video/mp4; codecs="avc1.64001f"')) codecs.push("h264");
  if (
    kind.isTypeSupported('video/mp4; codecs="hvc1.1.6.L120.B0"') ||
    kind.isTypeSupported('video/mp4; codecs="hvc1.1.6.L93.B0"')
  ) {
    codecs.push("h265");
  }
  return codecs;
}

/** How the next encoding joins what plays: nothing changes, the buffer changes its type, or all starts anew. */
export type Joining = "append" | "change-type" | "rebuild";

export function joining(before: string | null, after: string, canChangeType: boolean): Joining {
  if (before === null) return "rebuild";
  if (before === after) return "append";
  return family(before) === family(after) && canChangeType ? "change-type" : "rebuild";
}

/** avc1, hvc1, ... */
export function family(mime: string): string {
  return /codecs="?([a-z0-9]+)/i.exec(mime)?.[1]?.toLowerCase() ?? mime;
}
