import type { Words } from "./id";

export const en: Words = {
  instead: {
    crowded: "More people are watching than this server serves at once: single pictures are shown instead.",
    "stills-only": "Of this camera only single pictures are public.",
    "without-people": "This camera is shown without people: as single pictures, made of several minutes.",
    delayed: "This camera is shown with a delay: there is no live picture of it.",
    "masks-busy":
      "Parts of this view are covered, and this machine covers no more cameras' video at a time: single pictures are shown.",
    "masks-unplayable":
      "Parts of this view are covered in video that this browser cannot play: single pictures are shown.",
    "masked-past": "Parts of this view are covered: its past is shown in single pictures.",
    "camera-busy":
      "The recorder of this camera sends as many pictures at once as it can: single pictures are shown.",
    codec: "This browser cannot play the camera's video: single pictures are shown.",
  },
  insteadOther: "Single pictures are shown for now.",
  connecting: "Connecting…",
  slow: "No picture has come yet: the camera may not be working. Still waiting…",
  away: "This camera sends no pictures at the moment. Waiting until it does…",
  retrying: "Connection lost. Connecting again…",
  offline: "This device has no network.",
  asleep: "Paused while the page is hidden.",
  withdrawn: "This camera is no longer shown.",
  refused: "This cannot be watched now.",
  late: (minutes) => `${minutes} minutes late.`,
  slowLate: "Nothing is recorded from that time yet. Waiting…",
  noFootage: "Nothing is recorded from that time yet; single pictures are shown.",
};
