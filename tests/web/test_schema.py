"""The API keeps to its own description, whatever is sent: Schemathesis asks, the description judges.

The questions go to a real server, as an administrator and as nobody. Streams that never end are left out.
"""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, CheckContext, Response
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from tests.web.conftest import PASSWORD, open_city

_EXAMPLES = {"administrator": 4, "nobody": 2}
"""Nobody gets beyond the gate almost everywhere: two questions show how it refuses."""
_PHASES = (Phase.explicit, Phase.generate)
_ENDLESS = {"/api/v1/events", "/api/v1/public/events"}


def no_fault(context: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Refuse answers of 500 and above; 503 that says when to come again is a bound that was reached, and no fault."""
    if response.status_code == 503 and "retry-after" in response.headers:
        return None
    return not_a_server_error(context, response, case)


_CHECKS = [no_fault, response_schema_conformance, content_type_conformance, status_code_conformance]


class Served:
    """A whole application on a port of its own, in a thread of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._folder, self._port = folder, port
        self._server: uvicorn.Server | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    async def _serve(self) -> None:
        async with open_city(self._folder) as city:
            config = uvicorn.Config(city.app, port=self._port, lifespan="off", log_config=None)
            self._server = uvicorn.Server(config)
            self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
            self._ready.set()
            await self._server.serve()

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(20)
        for _ in range(200):
            try:
                httpx.get(f"{self.url}/healthz", trust_env=False)
                return
            except httpx.TransportError:
                threading.Event().wait(0.05)

    def stop(self) -> None:
        assert self._server is not None
        self._server.should_exit = True
        self._thread.join(20)

    def token(self) -> str:
        with httpx.Client(base_url=self.url, trust_env=False) as client:
            client.post("/api/v1/session", json={"name": "admin", "password": PASSWORD}).raise_for_status()
            return str(client.post("/api/v1/tokens", json={"name": "schema"}).raise_for_status().json()["token"])


@pytest.fixture
def served(tmp_path: Path, free_port: "object") -> Iterator[Served]:
    assert callable(free_port)
    served = Served(tmp_path, free_port())
    served.start()
    yield served
    served.stop()


@pytest.mark.parametrize("who", ["administrator", "nobody"])
def test_every_answer_is_as_described(served: Served, who: str) -> None:
    schema = schemathesis.openapi.from_url(f"{served.url}/api/v1/openapi.json")
    headers = {"Authorization": f"Bearer {served.token()}"} if who == "administrator" else {}
    asked, wrong = 0, list[str]()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if operation.path in _ENDLESS:
            continue

        @settings(
            max_examples=_EXAMPLES[who],
            phases=_PHASES,
            database=None,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Case[Any]) -> None:
            case.call_and_validate(base_url=served.url, headers=headers, checks=_CHECKS)

        try:
            ask()
        except FailureGroup as failures:
            wrong += [f"{operation.label}: {failure}" for failure in failures.exceptions]
        asked += 1
    assert not wrong, "\n\n".join(wrong)
    assert asked > 60
