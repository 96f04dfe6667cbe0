/** The page: files in, verdicts out. State: the chosen files, the fingerprint, the language, the verdicts so far. */

import { role, together } from "./chosen";
import { Superseded } from "./digest";
import { element } from "./elements";
import { judge } from "./judge";
import { type Finding, UNCOMPARED, uncompared, type Verdict } from "./verdict";
import { headline, labelled, type Language, notCompared, sentence, word, type Word } from "./words";

const page = document.getElementById("page") as HTMLElement;
const chosen = new Map<string, File>();
let language: Language = "id";
let fingerprint = /^#[0-9a-f]{64}$/i.test(location.hash) ? location.hash.slice(1) : "";
let round = 0;
let verdicts: Verdict[] = [];
let problem = "";
let checking = "";

const bar = element("progress", { max: "1", value: "0" });
const input = element("input", { type: "file", multiple: "", id: "files" });
const trusted = element("input", {
  id: "fingerprint",
  autocomplete: "off",
  spellcheck: "false",
  inputmode: "text",
});
trusted.value = fingerprint;
const wrong = element("p", { class: "wrong", id: "wrong", role: "alert" });
const results = element("section", { class: "results", "aria-live": "polite" });

function say(name: Word): string {
  return word(name, language);
}

function frame(): void {
  document.documentElement.lang = language;
  document.title = say("title");
  const tongues = (["id", "en"] as const).map((one) => {
    const button = element("button", { type: "button", "aria-pressed": String(one === language), lang: one });
    button.textContent = one === "id" ? "Bahasa Indonesia" : "English";
    button.addEventListener("click", () => {
      language = one;
      frame();
      page.querySelector<HTMLElement>(`.tongues [lang=${one}]`)?.focus();
    });
    return button;
  });
  input.setAttribute("aria-describedby", "intro");
  trusted.setAttribute("aria-describedby", "hint wrong");
  page.replaceChildren(
    element(
      "header",
      {},
      element("h1", {}, say("title")),
      element("div", { class: "tongues", role: "group", "aria-label": say("language") }, ...tongues),
    ),
    element("p", { id: "intro" }, say("intro")),
    element(
      "div",
      { class: "drop" },
      element("label", { for: "files" }, say("choose")),
      input,
      element("span", {}, say("drop")),
    ),
    element("label", { class: "plain", for: "fingerprint" }, say("fingerprint")),
    trusted,
    wrong,
    element("p", { id: "hint", class: "quiet" }, say("fingerprintHint")),
    results,
  );
  show();
}

function show(): void {
  wrong.textContent = fingerprint && !plain() ? say("fingerprintWrong") : "";
  trusted.setAttribute("aria-invalid", String(Boolean(wrong.textContent)));
  const parts: Node[] = [];
  if (chosen.size) {
    const names = [...chosen.keys()].map((name) => element("li", {}, name));
    const again = element("button", { type: "button" }, say("clear"));
    again.addEventListener("click", () => {
      chosen.clear();
      void check();
      input.focus();
    });
    parts.push(element("ul", { class: "names", "aria-label": say("files") }, ...names), again);
    if (![...chosen.keys()].some((name) => role(name) === "film"))
      parts.push(element("p", { class: "missing" }, say("noFilm")));
  }
  if (problem) parts.push(element("p", { class: "wrong" }, say("failed").replace("{problem}", problem)));
  parts.push(...verdicts.map(article));
  if (checking)
    parts.push(
      element("p", { class: "checking" }, element("label", {}, `${say("reading")} ${checking} `, bar)),
    );
  results.replaceChildren(...parts);
}

function article(verdict: Verdict): HTMLElement {
  const { word: short, sentence: long } = headline(verdict.kind, language);
  const rank = ({ kind, code }: Finding) =>
    kind ? Number(code !== "part-altered") : UNCOMPARED.includes(code) ? 2 : 3;
  const ordered = [...verdict.findings].sort((one, other) => rank(one) - rank(other));
  const found = ordered.map((one) =>
    element("li", one.kind ? { class: "grave" } : {}, sentence(one, language)),
  );
  const facts = labelled(verdict.facts, language).flatMap(([label, value]) => [
    element("dt", {}, label),
    element("dd", {}, value),
  ]);
  return element(
    "article",
    { "data-verdict": verdict.kind, "data-codes": verdict.findings.map((one) => one.code).join(" ") },
    element("p", { class: "file" }, verdict.file),
    element("h2", {}, short),
    element("p", {}, long),
    ...(uncompared(verdict) ? [element("p", { class: "open" }, notCompared(language))] : []),
    element("h3", {}, say("findings")),
    element("ul", {}, ...found),
    ...(facts.length ? [element("h3", {}, say("facts")), element("dl", {}, ...facts)] : []),
  );
}

/** The fingerprint without colons and spaces; null where it is none. */
function plain(): string | null {
  const digits = fingerprint.replace(/[\s:]/g, "").toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : null;
}

async function check(): Promise<void> {
  const mine = ++round;
  verdicts = [];
  problem = "";
  checking = "";
  show();
  try {
    for (const one of await together(chosen.values())) {
      if (mine !== round) return;
      checking = one.name;
      bar.value = 0;
      show();
      const verdict = await judge(one.name, one.film, one.beside, plain(), (share) => {
        if (mine === round) bar.value = share;
        return mine === round;
      });
      if (mine !== round) return;
      verdicts = [...verdicts, verdict];
      show();
    }
  } catch (error) {
    if (error instanceof Superseded || mine !== round) return;
    problem = error instanceof Error ? error.message : String(error);
  }
  checking = "";
  show();
  // On a phone the names of the files fill the screen: what they are worth is what somebody came for.
  results.querySelector("h2")?.scrollIntoView({ block: "center" });
}

function add(files: Iterable<File>): void {
  for (const file of files) chosen.set(file.name, file);
  void check();
}

input.addEventListener("change", () => {
  add(input.files ?? []);
  input.value = "";
});
trusted.addEventListener("input", () => {
  fingerprint = trusted.value.trim();
  if (!fingerprint || plain()) void check();
  else show();
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  page.classList.add("over");
});
document.addEventListener("dragleave", () => {
  page.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  page.classList.remove("over");
  add(event.dataTransfer?.files ?? []);
});
frame();
