"""Every route is in docs/api.md, by method and path."""

from pathlib import Path

from tests.web.conftest import City

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


async def test_every_route_is_documented(city: City) -> None:
    page = PAGE.read_text()
    description = (await city.client().get("/api/v1/openapi.json")).json()
    for path, verbs in description["paths"].items():
        for verb in verbs:
            assert f"`{verb.upper()} {path}" in page, f"docs/api.md does not tell of {verb.upper()} {path}"
