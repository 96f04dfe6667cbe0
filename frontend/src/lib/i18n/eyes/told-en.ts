import type { Told } from "./told-id";

export const told: Told = {
  masks: {
    title: (zone) => `Masks: ${zone}, today`,
    none: "No face has been seen today.",
    byHour: "By the hour",
    hour: "Hour",
    kept: "Only numbers are kept: no picture of a face, and nobody is recognised.",
  },
  water: {
    title: (name) => `Water: ${name}`,
    level: "Water level (cm)",
    share: "Share under water (%)",
    recorded: "Recorded by the gauge (cm)",
    recordedNow: (cm, clock) => `The gauge recorded ${cm} cm at ${clock}.`,
    flooded: "% under water",
    siaga: (level) => (level === 4 ? "Siaga 4 (normal)" : `Siaga ${level}`),
    steady: "steady",
    rise: (up, by, unit) => `${up ? "rising" : "falling"} ${by} ${unit} an hour`,
    at: (clock) => `read at ${clock}`,
    old: (clock) =>
      `Not readable since ${clock}: fog, darkness, or something before it. The number above is the last one.`,
    unread: "Not read in the last hour. Look at the picture yourself.",
    levels: (values, unit) => `Siaga 3, 2, 1 begin at ${values} ${unit}.`,
    staff: (cm) => `${cm} cm`,
  },
  history: {
    title: "Earlier versions",
    none: "It was never changed.",
    was: (lines, zones, rules) => `${lines} lines, ${zones} zones, ${rules} rules`,
    nothing: "nothing",
    by: (who) => `by ${who}`,
    revert: "Go back to this",
    reverted: "Put onto the picture; not saved yet.",
  },
};
