// Starts Swagger UI on the API's own description; a file of its own because no page runs inline scripts.
window.SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#swagger", deepLinking: true });
