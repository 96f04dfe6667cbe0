import type { Words } from "./id";

export const en: Words = {
  ask: "Fetch from the recorder",
  asking: "Asking the recorder…",
  there: (length) => `${length} that are not here are still at the recorder.`,
  unsure: "The recorder does not say where its gaps are; they show once it is fetched.",
  none: "The recorder has nothing more of this range.",
  offset: (seconds) =>
    `The recorder's clock is ${Math.abs(seconds)} s ${seconds > 0 ? "fast" : "slow"}; times are set right.`,
  now: "Fetch now",
  night: "Fetch tonight",
  nightHint:
    "A long range had better wait for the night (22:00–05:00), so that the site's internet is not full.",
  line: "The most of the site's internet",
  all: "all of it",
  mbps: (number) => `${number} Mbps`,
  waiting: (when) => `Waits until ${when}`,
  queued: "Waits for its turn…",
  coming: (percent) => `Being fetched… ${percent}%`,
  done: "Is here",
  missing: (length) => `${length} are not at the recorder.`,
  failed: "Could not be fetched",
  stop: "Stop",
  states: { site: "at the recorder", coming: "being fetched", here: "here" },
  legend: "What the timeline's colours mean",
};
