import type { Words } from "./id";

export const en: Words = {
  with: (name) => `Sign in with ${name}`,
  or: "or with name and password",
  problems: {
    "sign-on-away": "The city's sign-on does not answer. Try again in a moment.",
    "sign-on-again": "That sign-in is over, or was begun in another browser. Begin again from here.",
    "sign-on-refused": "The city's sign-on did not let you in.",
    "sign-on-wrong": "The city's sign-on gave an answer that cannot be trusted. Tell whoever runs it.",
    "sign-on-weak":
      "This account asks for a code, and the city's sign-on did not. Sign in with name, password and code.",
    disabled: "This account may not sign in any more. Ask whoever manages your area.",
  },
};
