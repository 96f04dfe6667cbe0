"""Completing the API's description: an example for every JSON document, and the one shape of every error.

A model's own examples win (`json_schema_extra`); else its example is put together from those of its fields: a field
gives one in `Field(examples=[...])`, has a default, or is of a type that has one. Nothing is made up: a document with a
field of which nobody gave an example has none, and a test finds it.
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from starlette.responses import Response

from ronda.base.pools import Pool
from ronda.web.documents import Problem
from ronda.web.problems import PROBLEM

PATH: Final = "/api/v1/openapi.json"
_JSON: Final = "application/json"
_REFERENCE: Final = "#/components/schemas/"
_VERBS: Final = ("get", "put", "post", "patch", "delete")
Schema = dict[str, Any]

_ERRORS: Final = {
    "bad input": (
        400,
        "near='pasar' is no place",
        "write it as LAT,LON in degrees, such as -6.99,110.42",
    ),
    "nobody is signed in": (401, "nobody is signed in", "sign in, or send a token"),
    "not allowed": (403, "siti.rt03 may not replay krapyak-rt05-rw04-1", ""),
    "not there": (404, "there is no camera 'krapyak-rt03-rw04-9'", ""),
    "a clash": (409, "there is a camera 'krapyak-rt03-rw04-1' already", "give another id"),
    "too large": (413, "the body is larger than 1048576 bytes", "send less at once"),
    "too often": (429, "too many attempts", "wait a minute"),
    "busy": (503, "the disk pool has 1000 jobs waiting", "try again in a moment"),
}

ANSWERED_OTHERWISE: Final[Schema] = {
    "description": "Every error is a problem document (RFC 9457); `mend` says what can be done about it: 400 for what "
    "cannot be understood, 401 and 403 for who may not, 404 for what is not there or may not be known to be, 409 for "
    "what clashes, 410 for what is over, 413 for what is too large, 429 and 503, with `Retry-After`, for what may work "
    "later, 500 for what went wrong here.",
    "content": {
        PROBLEM: {
            "schema": {"$ref": f"{_REFERENCE}Problem"},
            "examples": {
                name: {
                    "value": {
                        "type": "about:blank",
                        "title": HTTPStatus(status).phrase,
                        "status": status,
                        "detail": detail,
                        **({"mend": mend} if mend else {}),
                    }
                }
                for name, (status, detail, mend) in _ERRORS.items()
            },
        }
    },
}
"""The answer `default` of every route."""


class NoExample(LookupError):
    """A field of which nobody has given an example; says which."""


class Examples:
    """Puts examples together for one OpenAPI document."""

    def __init__(self, document: Schema) -> None:
        self._schemas: dict[str, Schema] = document.get("components", {}).get("schemas", {})
        self._made: dict[str, Any] = {}

    def of(self, schema: Schema, where: str = "") -> Any:
        """Return the example of a schema.

        Raises:
            NoExample: It, or a part of it, has none; `where` is the way there.
        """
        if schema.get("examples"):
            return schema["examples"][0]
        if "$ref" in schema:
            return self._of_component(schema["$ref"].removeprefix(_REFERENCE))
        for fixed in ("const", "default"):
            if schema.get(fixed) not in (None, ""):
                return schema[fixed]
        if schema.get("enum"):
            return schema["enum"][0]
        if "anyOf" in schema:
            return self._of_first(schema["anyOf"], where)
        return self._by_type(schema, where)

    def _of_component(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self.of(self._schemas[name], name)
        return self._made[name]

    def _of_first(self, choices: list[Schema], where: str) -> Any:
        """Return the example of the first choice: what may be null is shown as what it is when it is there."""
        return self.of(choices[0], where)

    def _by_type(self, schema: Schema, where: str) -> Any:
        kind = schema.get("type")
        if kind == "object" and "properties" in schema:
            return {name: self.of(field, f"{where}.{name}") for name, field in schema["properties"].items()}
        if kind == "object" and schema.get("propertyNames", {}).get("examples"):
            return {schema["propertyNames"]["examples"][0]: self.of(schema["additionalProperties"], f"{where}.*")}
        if kind == "array" and "prefixItems" in schema:
            return [self.of(one, f"{where}[]") for one in schema["prefixItems"]]
        if kind == "array" and "items" in schema:
            return [self.of(schema["items"], f"{where}[]")]
        if kind == "boolean":
            return False
        if kind == "null":
            return None
        raise NoExample(where)


def bodies(document: Schema) -> list[tuple[str, Schema]]:
    """Return every JSON body and answer of a description: its operation's name, and the object of its media type."""
    found = []
    for path, item in document.get("paths", {}).items():
        for verb in (verb for verb in _VERBS if verb in item):
            told = item[verb]
            parts = {"body": told.get("requestBody", {}), **told["responses"]}
            found += [
                (f"{verb.upper()} {path} {part}", media)
                for part, content in parts.items()
                for kind, media in content.get("content", {}).items()
                if kind == _JSON
            ]
    return found


def complete(document: Schema) -> Schema:
    """Return a description with an example at each model, each JSON body and each answer that has one."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    examples = Examples(document)
    for _, media in bodies(document):
        if "example" not in media and "examples" not in media:
            _put(lambda media=media: media.update(example=examples.of(media.get("schema", {}))))  # type: ignore[misc]
    for name, schema in schemas.items():
        if schema.get("type") == "object" and "examples" not in schema:
            _put(lambda name=name, schema=schema: schema.update(examples=[examples.of(schema, name)]))  # type: ignore[misc]
    return document


def install(app: FastAPI, pool: Callable[[], Pool]) -> None:
    """Let `app` describe itself completely at `PATH`, open to everybody.

    The description takes half a second to make: that is done once, when somebody first asks, in `pool`.
    """
    plain = app.openapi
    kept: list[bytes] = []

    def described() -> Schema:
        if app.openapi_schema is None:
            complete(plain())
        return plain()

    def text() -> bytes:
        if not kept:
            kept.append(json.dumps(described(), ensure_ascii=False, separators=(",", ":")).encode())
        return kept[0]

    @app.get(PATH, include_in_schema=False)
    async def describe() -> Response:
        return Response(kept[0] if kept else await pool().run(text), media_type=_JSON)

    app.openapi = described  # type: ignore[method-assign]


def _put(work: Callable[[], None]) -> None:
    try:
        work()
    except NoExample:
        return  # the description is good without it
