import type { Words } from "./id";

export const en: Words = {
  title: "The area's screen",
  loading: "Opening the screen…",
  forPlaces: "This page is for the screen of a place, such as the Balai RW's monitor.",
  forPlacesHow:
    "Sign in with that screen's account. An RT head makes one with “Invite somebody”, as “Balai RW monitor”.",
  signIn: "Sign in",
  toMine: "To my area",
  gone: "The network is gone. This screen connects again by itself…",
  none: "No camera is connected in this area yet.",
  pageOf: (page, pages) => `${page}/${pages}`,
  replay: "Replay",
  replayTitle: "Recordings are opened by a named person",
  replayWhy:
    "This screen is everybody's and shows live pictures only. To replay, use your own phone, or sign in here with your own name.",
  replayPhone: "On your phone:",
  replayHere: "Sign in here with your own name",
  replayAfter: "Sign out afterwards, and sign in with this screen's account again.",
  close: "Close",
  nameTitle: "RT head: who are your people?",
  nameWhy:
    "Many used to share this account, and now it is a screen only. Nobody is named in this area yet. Sign in with your own name from the kelurahan's invitation, then invite residents one by one, by link or QR code.",
  nameOpen: "Sign in with your own name",
  nameLater: "Later",
};
