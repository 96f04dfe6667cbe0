/** The address of a replay: which cameras, and from when. */

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

export function camerasOf(text: string | null, most: number): string[] {
  const ids = (text ?? "").split(",").filter((id) => ID.test(id));
  return [...new Set(ids)].slice(0, most);
}

export function replayHref(cameras: readonly string[], moment: number | null): string {
  const at = moment === null ? "" : `&at=${encodeURIComponent(new Date(moment).toISOString())}`;
  return `/replay?cameras=${cameras.map(encodeURIComponent).join(",")}${at}`;
}

/** Where something happened: a place, and when (ms since 1970). */
export function happenedHref(
  where: { lat: number; lon: number } | { camera: string },
  moment: number,
): string {
  const query = new URLSearchParams({ at: new Date(moment).toISOString() });
  if ("camera" in where) query.set("camera", where.camera);
  else {
    query.set("lat", String(where.lat));
    query.set("lon", String(where.lon));
  }
  return `/happened?${query.toString()}`;
}
