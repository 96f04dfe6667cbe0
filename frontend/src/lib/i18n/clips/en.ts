import type { Words } from "./id";

export const en: Words = {
  take: "Download footage as a video",
  takeHow: "Find the moment on the timeline, then choose where it begins and ends.",
  mayNot: "This account may not download from this camera.",
  begin: "From",
  end: "To",
  wrong: "The end must be after the beginning, and not in the future.",
  long: "Six hours at most. Choose a shorter range.",
  lengths: "Length of the clip",
  minutes: (count) => `${count} min`,

  purpose: "What it is looked at for",
  needed: {
    live: "To see this camera, say what for.",
    replay: "To open its recordings, say what for.",
    clip: "To download, say what for.",
  },
  sayIt: "Say what for",
  said: (purpose) => `Purpose: ${purpose}`,
  change: "Change",
  why: "Your purpose goes into the access log, for the people of this camera's area to read.",
  label: "What do you look at this camera for?",
  hint: "Such as: motorcycle theft, LP/123/XI/2026. A partner's camera for emergencies only: begin with “emergency”.",
  short: "Write a purpose that others understand, in 5 letters at least.",
  ok: "Go on",
  cancel: "Cancel",
  close: "Close",
};
