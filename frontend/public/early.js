// Runs before the first paint: a dark page never flashes white, and the portal's first cameras are asked for while
// the page's own code is still on its way. A file, as the page's policy forbids inline scripts.
(function () {
  try {
    var theme = localStorage.getItem("ronda-theme");
    if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
    var language = localStorage.getItem("ronda-language");
    if (language === "id" || language === "en") document.documentElement.lang = language;
  } catch {
    // Storage is forbidden: the page follows the system.
  }
  if (location.pathname !== "/") return;
  var query = new URLSearchParams(location.search);
  if (query.get("fav") || (query.get("kind") || "").includes(",")) return;
  var asked = new URLSearchParams();
  for (var name of ["q", "kind", "area", "agency"]) {
    if (query.get(name)) asked.set(name, query.get(name));
  }
  if (asked.size === 0) asked.set("kind", "main-road");
  asked.set("limit", "12");
  window.rondaFirst = fetch("/api/v1/public/cameras?" + asked);
  // The first pictures too: the page asks for the same addresses, and finds them on their way.
  window.rondaFirst
    .then(function (answer) {
      return answer.ok ? answer.clone().json() : { cameras: [] };
    })
    .then(function (list) {
      for (var camera of list.cameras.slice(0, 4)) fetch(camera.still + "?width=320").catch(function () {});
    })
    .catch(function () {});
})();
