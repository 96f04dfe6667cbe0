/** An alarm in words: what it is, and where. */
import type { Cause, Picture } from "../api/alarms";
import type { Words } from "../i18n/alarms/id";

/** What was seen, in a few words. */
export function title(cause: Cause, words: Words): string {
  if (cause.analytic === "own-eyes") {
    const kind = cause.key.split(":")[0] ?? "";
    return words.eyes[kind] ?? words.eyesOther(kind);
  }
  const what = words.analytics[cause.analytic] ?? cause.analytic;
  if (cause.level !== null) return words.level(what, cause.level, cause.analytic);
  const label = cause.label ? words.labels[cause.label] : undefined;
  return label ? words.of(what, label) : what;
}

/** Where: the place, and the camera where its name says more. */
export function where(cause: Cause): string {
  const names = [cause.site_name, cause.camera_name ?? cause.camera].filter((one) => one !== null);
  const [site = "", camera = ""] = names;
  const spot = camera.startsWith(site) ? camera : names.join(", ");
  return cause.area_name && !spot.includes(cause.area_name) ? `${spot}, ${cause.area_name}` : spot;
}

/** The first picture, one in the middle and the last: 0, T/2, T. */
export function telling(pictures: readonly Picture[]): Picture[] {
  if (pictures.length <= 3) return [...pictures];
  const middle = pictures[Math.floor((pictures.length - 1) / 2)];
  return [pictures[0], middle, pictures.at(-1)].filter((one) => one !== undefined);
}

/** A link that a phone opens in its own map. */
export function route(cause: Cause): string | null {
  if (cause.lat === null || cause.lon === null) return null;
  const label = encodeURIComponent(where(cause));
  return `geo:${cause.lat},${cause.lon}?q=${cause.lat},${cause.lon}(${label})`;
}
