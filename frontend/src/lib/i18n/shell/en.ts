import type { Words } from "./id";

export const en: Words = {
  skip: "Skip to the content",
  home: "Ronda: front page",
  menu: "Menu",
  closeMenu: "Close the menu",
  navigation: "Pages",
  signIn: "Sign in",
  signOut: "Sign out",
  signedInAs: (name) => `Signed in as ${name}`,
  settings: "Settings",
  language: "Language",
  theme: "Theme",
  themes: { auto: "Automatic", light: "Light", dark: "Dark" },
  insecure:
    "This address uses plain HTTP. Browsers therefore refuse location, the device's camera and installing as an app; start the server with --https.",
  offline: "This device has no network. What is shown may be old.",
  loading: "Loading the page…",
  notLoaded: "This page could not be loaded. Check the network, then try again.",
  reload: "Load again",
  lost: "There is no such page.",
  toPortal: "To the front page",
  simulated: "simulated",
  simulatedCity: "An example city: its cameras and figures are simulated.",
  pages: {
    portal: "City cameras",
    report: "Report",
    transparency: "Transparency",
    rules: "Rules",
    wall: "Camera wall",
    log: "Access log",
  },
};
