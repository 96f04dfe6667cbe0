/** Light, dark, or as the device says: kept on this device. */
export type Theme = "auto" | "light" | "dark";

const KEY = "ronda-theme";

function remembered(): Theme {
  const value = document.documentElement.dataset["theme"];
  return value === "light" || value === "dark" ? value : "auto";
}

class Look {
  theme = $state<Theme>(remembered());

  choose(theme: Theme): void {
    this.theme = theme;
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Storage is forbidden: the choice lasts as long as the page.
    }
  }
}

export const look = new Look();
