// Runs before the first paint, so that a dark page never flashes white; a file, as the page's policy forbids inline scripts.
(function () {
  try {
    var theme = localStorage.getItem("ronda-theme");
    if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
    var language = localStorage.getItem("ronda-language");
    if (language === "id" || language === "en") document.documentElement.lang = language;
  } catch {
    // Storage is forbidden: the page follows the system.
  }
})();
