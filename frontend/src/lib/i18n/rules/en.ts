import type { Words } from "./id";

export const en: Words = {
  title: "Rules of use",
  intro:
    "The city's cameras are there to look after a shared neighbourhood. These rules are short, so that they are read.",
  parts: [
    {
      title: "What you see",
      rules: [
        "Only cameras that were decided to be open to residents are shown here. Each decision is kept with its person, reason and date.",
        "Some cameras show pictures only, pictures without people, or a delayed view. Each camera's page says which.",
        "A camera whose view has changed leaves this place by itself until somebody has looked.",
      ],
    },
    {
      title: "What we ask",
      rules: [
        "Do not use pictures to follow, shame or threaten anybody.",
        "Do not keep or spread pictures that show other people's faces or number plates.",
        "Footage for evidence is asked for through the RT, the kelurahan or the police, not recorded from the screen.",
      ],
    },
    {
      title: "Reports",
      rules: [
        "Write what you saw yourself, with place and time.",
        "Write no names, telephone numbers or accusations against a person.",
        "Every report and its photo is looked at. No report is public before that.",
        "Reports that are false on purpose are not followed up.",
      ],
    },
    {
      title: "Your data",
      rules: [
        "No account is needed to open this page, and your network address (IP) is not kept.",
        "Favourites and language are kept on your device only. Your location is not sent to the server.",
        "A report's photo is made smaller on your device; the location in its file is removed before it is sent.",
      ],
    },
  ],
};
