"""The API's description is complete: every document and every error has an example, and each example is right."""

from typing import Any

import jsonschema_rs
import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from tests.web.conftest import City
from tests.web.test_every_route_asks import walked

from ronda.web.app import api
from ronda.web.openapi import ANSWERED_OTHERWISE, Examples, NoExample, bodies, complete
from ronda.web.pages import Pages
from ronda.web.problems import PROBLEM

Document = dict[str, Any]


_made: list[Document] = []


@pytest.fixture
async def description(city: City) -> Document:
    """The description as it is served, asked for once."""
    if not _made:
        answer = await city.client().get("/api/v1/openapi.json")
        assert answer.headers["content-type"] == "application/json"
        _made.append(answer.json())
    return _made[0]


def wrong(description: Document, schema: Document, example: Any) -> list[str]:
    """Return what of an example does not fit its schema."""
    whole = {**schema, "components": description["components"]}
    return [str(error)[:300] for error in jsonschema_rs.validator_for(whole).iter_errors(example)]


async def test_every_json_document_has_an_example_that_fits(description: Document) -> None:
    found = bodies(description)
    assert len(found) > 120
    examples = Examples(description)
    for where, media in found:
        schema = media.get("schema")
        assert schema, f"{where} has no schema"
        if "example" not in media:
            with pytest.raises(NoExample) as missing:
                examples.of(schema, where)
            pytest.fail(f"{where}: {missing.value} has no example: give its field one")
        assert not (bad := wrong(description, schema, media["example"])), (where, bad)


async def test_every_model_has_a_description_and_an_example_that_fits(description: Document) -> None:
    schemas = description["components"]["schemas"]
    assert not [name for name in schemas if "__" in name], "two models have the same name"
    for name, schema in schemas.items():
        assert schema.get("description"), f"{name} says nothing of itself"
        for example in schema.get("examples", ()):
            assert not (bad := wrong(description, schema, example)), (name, bad)


async def test_every_route_says_what_it_does_and_how_it_fails(description: Document) -> None:
    for path, verbs in description["paths"].items():
        for verb, told in verbs.items():
            where = f"{verb} {path}"
            assert told.get("summary"), where
            assert len(told.get("description", "")) > 20, where
            assert any(code.startswith(("2", "3")) for code in told["responses"]), where
            for code, answer in told["responses"].items():
                assert answer.get("description"), (where, code)
            media = told["responses"]["default"]["content"]
            assert list(media) == [PROBLEM], where
            assert media[PROBLEM] == ANSWERED_OTHERWISE["content"][PROBLEM]
    problem = ANSWERED_OTHERWISE["content"][PROBLEM]
    assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
    for name, one in problem["examples"].items():
        assert not (bad := wrong(description, problem["schema"], one["value"])), (name, bad)


async def test_every_example_of_a_body_is_taken(city: City, description: Document) -> None:
    taken = 0
    for route in walked(api(city.parts, Pages(city.parts.assets)).routes):
        if not isinstance(route, APIRoute) or route.body_field is None:
            continue
        verb = next(iter(route.methods or ()))
        content = description["paths"][route.path][verb.lower()]["requestBody"]["content"]
        example = content.get("application/json", {}).get("example")
        if example is not None:
            kind: Any = route.body_field.field_info.annotation
            TypeAdapter(kind).validate_python(example)
            taken += 1
    assert taken > 40


def test_nothing_is_made_up() -> None:
    field: Document = {"type": "string"}
    model: Document = {"type": "object", "properties": {"name": field, "on": {"type": "boolean"}}}
    media: Document = {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}
    answers = {"200": {"content": {"application/json": media}}}
    document: Document = {"paths": {"/": {"get": {"responses": answers}}}, "components": {"schemas": {"Thing": model}}}
    complete(document)
    assert "example" not in media
    assert "examples" not in model
    with pytest.raises(NoExample, match=r"^Thing\.name$"):
        Examples(document).of(media["schema"])
    field["examples"] = ["Gang masuk"]
    complete(document)
    assert media["example"] == [{"name": "Gang masuk", "on": False}]
    assert model["examples"] == [{"name": "Gang masuk", "on": False}]
