"""A browser signs in with the city's account, on a server whose database is PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.town import Server
from tests.needs import requires_tool
from tests.people.sign_on.provider import CLIENT, SECRET, FakeProvider, running
from tests.store.databases import server as database

pytestmark = requires_tool("postgres")


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with running(FakeProvider()) as provider:
        yield provider


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, port_of_session: Callable[[], int], provider: FakeProvider
) -> Iterator[Server]:
    data: Path = tmp_path_factory.mktemp("sign-on") / "data"
    server = Server(data, port_of_session())
    server.environment |= {
        "RONDA_DATABASE_URL": database().network_url(database().empty()),
        "RONDA_OIDC_ISSUER": provider.issuer,
        "RONDA_OIDC_CLIENT_ID": CLIENT,
        "RONDA_OIDC_CLIENT_SECRET": SECRET,
        "RONDA_OIDC_NAME": "Akun Kota",
    }
    server.start()
    yield server
    server.stop()


def test_a_resident_signs_in_with_the_citys_account(
    server: Server, provider: FakeProvider, open_page: OpenPage
) -> None:
    page = open_page(f"{server.url}/sign-in?next=/rules", PHONE)
    page.get_by_role("link", name="Masuk dengan Akun Kota").click()
    page.wait_for_url("**/rules")
    session = page.request.get(f"{server.url}/api/v1/session").json()
    assert session["person"]["name"] == "siti.r"
    assert page.request.get(f"{server.url}/api/v1/people").status == 403
    provider.broken = True
    page.goto(f"{server.url}/sign-in")
    page.get_by_role("link", name="Masuk dengan Akun Kota").click()
    page.get_by_role("alert").filter(has_text="tidak menjawab").wait_for()
