/** A device as its owner would call it, from what its browser says: Chrome di Android. */

const BROWSERS: [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\//, "Firefox"],
  [/(Chrome|CriOS)\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

const named = (agent: string, names: [RegExp, string][]): string | null =>
  names.find(([pattern]) => pattern.test(agent))?.[1] ?? null;

export function deviceOf(agent: string): { browser: string; system: string } | null {
  const browser = named(agent, BROWSERS);
  const system = named(agent, SYSTEMS);
  return browser && system ? { browser, system } : null;
}
