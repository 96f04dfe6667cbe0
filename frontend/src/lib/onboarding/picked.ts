/** Channels that somebody picks and names, and the site that they come to. */
import { identityOf } from "../add/identity";
import type { FoundChannel, FoundRecorder, NewChannel, NewSite } from "../api/onboarding";
import type { Spot } from "../portal/distance";

export interface Pick {
  channel: FoundChannel;
  wanted: boolean;
  name: string;
  record: boolean;
}

/** What is picked to begin with: all that is not registered yet and shows a picture. */
export function picksOf(recorder: FoundRecorder): Pick[] {
  return recorder.channels.map((channel) => ({
    channel,
    wanted: channel.camera === null && channel.problem === null,
    name: channel.name.trim() || `Kamera ${channel.number}`,
    record: true,
  }));
}

export interface Place {
  /** Id of a site that is there; empty for a new one. */
  site: string;
  name: string;
  kind: string;
  area: string;
  rw: string;
  rt: string;
  spot: Spot | null;
}

export const NOWHERE: Place = { site: "", name: "", kind: "rt", area: "", rw: "", rt: "", spot: null };

/** The area's code with RW and RT: `33.74.13.1003.rw04.rt03`; null while a number is none. */
export function codeOf({ area, rw, rt }: Place): string | null {
  if (!area) return null;
  const part = (name: string, text: string): string | null => {
    if (!text.trim()) return "";
    return /^\d{1,3}$/.test(text.trim())
      ? `.${name}${text
          .trim()
          .replace(/^0+(?=\d)/, "")
          .padStart(2, "0")}`
      : null;
  };
  const [first, second] = [part("rw", rw), part("rt", rt)];
  if (first === null || second === null || (second && !first)) return null;
  return area + first + second;
}

/** The site as the server wants it; null while something is missing. */
export function siteOf(place: Place): NewSite | null {
  if (place.site) return { id: place.site };
  const area = codeOf(place);
  if (!place.name.trim() || !area) return null;
  return {
    id: identityOf(`${place.name} ${area.split(".").slice(4).join(" ")}`, []),
    name: place.name.trim(),
    kind: place.kind,
    area,
    ...(place.spot ? { lat: place.spot.lat, lon: place.spot.lon } : {}),
  };
}

/** The channels as the server wants them, under ids made from their site. */
export function channelsOf(picks: Pick[], site: string): NewChannel[] {
  const taken: string[] = [];
  return picks
    .filter((pick) => pick.wanted)
    .map(({ channel, name, record }) => {
      const id = identityOf(`${site.slice(0, 50)} ${channel.number}`, taken);
      taken.push(id);
      return { number: channel.number, id, name: name.trim(), record };
    });
}
