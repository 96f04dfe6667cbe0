// Lists the routes when Swagger UI's files are not built.
fetch("/api/v1/openapi.json")
  .then((answer) => answer.json())
  .then((description) => {
    const list = document.getElementById("routes");
    for (const [path, verbs] of Object.entries(description.paths)) {
      for (const [verb, route] of Object.entries(verbs)) {
        const term = document.createElement("dt");
        term.textContent = `${verb.toUpperCase()} ${path}`;
        const text = document.createElement("dd");
        text.textContent = route.summary ?? "";
        list.append(term, text);
      }
    }
  });
