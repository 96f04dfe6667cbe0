"""The front end's files, and what answers when it is not built."""

from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families
from tests.web.conftest import City

from ronda.web.pages import Pages


def build(folder: Path) -> None:
    (folder / "assets" / "assets").mkdir(parents=True)
    (folder / "assets" / "swagger").mkdir()
    (folder / "assets" / "index.html").write_text("<!doctype html><title>Ronda</title>" + "<p>x</p>" * 500)
    (folder / "assets" / "assets" / "index-abc123.js").write_text("console.log(1);" * 500)
    (folder / "assets" / "assets" / "font.woff2").write_bytes(bytes(5_000))
    (folder / "assets" / "swagger" / "swagger-ui-bundle.js").write_text("//")
    (folder / "assets" / ".secret").write_text("secret")
    (folder / "assets" / "out").symlink_to("/etc")
    (folder / "secret.txt").write_text("secret")


async def test_the_one_page_answers_its_addresses(city: City, tmp_path: Path) -> None:
    build(tmp_path)
    for path in (
        *("/", "/cameras/a-1", "/sign-in", "/wall", "/q/a-1", "/embed/a-1", "/areas/33.74.13", "/transparency"),
        *(
            "/registry",
            "/registry/sites/pos",
            "/publication",
            "/publication/a-1",
            "/moderation",
            "/requests",
            "/privacy",
        ),
    ):
        answer = await city.client().get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"
        again = await city.client().get(path, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
        assert again.content == b""


async def test_other_addresses_are_no_pages(city: City, tmp_path: Path) -> None:
    build(tmp_path)
    for path in ("/cameras", "/wall/x", "/nothing", "/q/", "/report/x"):
        assert (await city.client().get(path)).status_code == 404, path


async def test_a_file_is_kept_once_however_its_path_is_written(city: City, tmp_path: Path) -> None:
    build(tmp_path)
    pages = Pages(tmp_path / "assets")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(pages), base_url="http://ronda.test") as client:
        for number in range(20):
            way = f"/assets/{'%2e/' * number}{'x/%2e%2e/' * number}index-abc123.js"
            assert (await client.get(way)).status_code == 200
    assert list(pages._kept) == ["assets/index-abc123.js"]


async def test_hashed_files_are_kept_for_ever_and_compressed(city: City, tmp_path: Path) -> None:
    build(tmp_path)
    script = await city.client().get("/assets/index-abc123.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-encoding"] == "gzip"
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.text.startswith("console.log")
    plain = await city.client().get("/assets/index-abc123.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    font = await city.client().get("/assets/font.woff2")
    assert font.headers["content-type"] == "font/woff2"
    assert "content-encoding" not in font.headers


async def test_a_page_that_is_one_file_keeps_its_own_policy(city: City, tmp_path: Path) -> None:
    build(tmp_path)
    policy = "default-src 'none'; script-src 'sha256-AAAA'"
    meta = f'<!doctype html><meta http-equiv="Content-Security-Policy" content="{policy}" /><script>1</script>'
    (tmp_path / "assets" / "verify.html").write_text(meta)
    answer = await city.client().get("/verify.html")
    assert answer.headers["content-security-policy"] == f"{policy}; frame-ancestors 'none'"
    again = await city.client().get("/verify.html", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.headers["content-security-policy"][:10]) == (304, policy[:10])
    usual = await city.client().get("/")
    assert "sha256" not in usual.headers["content-security-policy"]


async def test_head_has_no_body(city: City, tmp_path: Path) -> None:
    build(tmp_path)
    for path in ("/", "/assets/index-abc123.js"):
        answer = await city.client().head(path)
        assert answer.status_code == 200
        assert answer.content == b""


async def test_nothing_outside_or_hidden_is_served(city: City, tmp_path: Path) -> None:
    build(tmp_path)
    for path in (
        "/.secret",
        "/out/passwd",
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/..%2fsecret.txt",
        "/assets",
    ):
        answer = await city.client().get(path)
        assert answer.status_code == 404, path


async def test_a_person_at_a_wrong_address_gets_the_page_that_says_so(city: City, tmp_path: Path) -> None:
    build(tmp_path)
    answer = await city.client().get("/tidak-ada", headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    plain = await city.client().get("/tidak-ada", headers={"accept": "*/*"})
    assert plain.headers["content-type"] == "application/problem+json"


async def test_what_answers_when_nothing_is_built(city: City) -> None:
    answer = await city.client().get("/cameras/a")
    assert answer.status_code == 503
    assert "make demo" in answer.text
    style = await city.client().get("/pages/plain.css")
    assert style.status_code == 200
    docs = await city.client().get("/docs")
    assert docs.status_code == 200
    assert "docs-plain.js" in docs.text
    assert (await city.client().get("/pages/docs-plain.js")).status_code == 200


async def test_the_documentation_uses_local_files_alone(city: City, tmp_path: Path) -> None:
    build(tmp_path)
    docs = await city.client().get("/docs")
    assert "/swagger/swagger-ui-bundle.js" in docs.text
    assert "://" not in docs.text
    assert "<script>" not in docs.text
    description = (await city.client().get("/api/v1/openapi.json")).json()
    for path, verbs in description["paths"].items():
        for verb, route in verbs.items():
            assert route.get("summary"), f"{verb} {path} has no summary"
            assert route.get("description"), f"{verb} {path} has no description"


async def test_facts_and_metrics(city: City) -> None:
    info = (await city.client().get("/api/v1/info")).json()
    assert info == {
        "version": "1.2.3",
        "name": "Ronda",
        "simulated": False,
        "https": False,
        "timezone": "Asia/Jakarta",
        "sign_on": None,
        "map": None,
    }
    health = await city.client().get("/healthz")
    assert health.json()["status"] == "ok"
    admin = await city.admin()
    text = await admin.get("/metrics", headers={"accept-encoding": "identity"})
    assert "ronda_tests" in {family.name for family in text_string_to_metric_families(text.text)}
