"""A small application on a real Unix socket, in a thread with a loop of its own, for the commands to speak to.

It stands in for the server where a test is about the client: what is sent, and how answers and problems are
told. `tests/cli/test_commands.py` runs the same commands against the real application.
"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ronda.cli.hosting import bind_unix, listening
from ronda.cli.server_socket import place_for_server
from ronda.config.folder import prepare

CAMERA = {
    "id": "gate",
    "name": "Gate",
    "url": "rtsp://***@10.0.0.1/live",
    "recording": {"mode": "continuous", "profile": "main", "days": 7, "hours": []},
    "simulated": False,
    "state": {
        "state": "backing-off",
        "since": "2026-11-21T19:00:00.000Z",
        "reason": "10.0.0.1 does not answer",
        "recording": True,
        "last_picture": None,
        "profiles": {"main": {"state": "backing-off", "codec": "h264", "lost_packets": 3}},
    },
}


class Recorded:
    """What the commands sent."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, Any]] = []
        self.app = Starlette(
            routes=[
                Route("/api/v1/cameras/{id}/clip.mp4", self.clip),
                Route("/api/v1/{path:path}", self.answer, methods=["GET", "POST", "PATCH", "DELETE"]),
            ]
        )
        self.problem: dict[str, Any] | None = None

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        path = request.url.path.removeprefix("/api/v1")
        self.requests.append((request.method, path, await request.json() if body else None))
        if self.problem:
            return JSONResponse(self.problem, self.problem["status"], media_type="application/problem+json")
        answers: dict[str, Any] = {
            "/cameras": {"cameras": [CAMERA]} if request.method == "GET" else CAMERA,
            "/cameras/gate": CAMERA,
            "/tokens": {"token": "rt_secret"} if request.method == "POST" else {"tokens": [{"id": "1", "name": "x"}]},
            "/holds": {"holds": []} if request.method == "GET" else {"id": "h1"},
            "/probe": {"ok": False, "url": "rtsp://***@x/", "problem": "401", "mend": "look at the password"},
            "/archive/check": {
                "files": 2,
                "mismatches": [{"kind": "missing-file", "where": "a.mp4", "detail": "gone", "repaired": False}],
            },
            "/archive/reindex": {"files": 2, "runs": 1, "seconds": 0.5},
        }
        if request.method == "DELETE":
            return Response(status_code=204)
        return JSONResponse(answers[path])

    async def clip(self, request: Request) -> Response:
        if self.problem:
            return JSONResponse(self.problem, self.problem["status"], media_type="application/problem+json")
        gaps = '[{"from":"2026-11-21T19:00:10Z","to":"2026-11-21T19:00:20Z","cause":"unreachable"}]'

        async def pieces() -> Any:
            for _ in range(50):
                yield b"mp4!" * 5_000

        return StreamingResponse(pieces(), headers={"Content-Length": "1000000", "Ronda-Gaps": gaps})


@contextlib.contextmanager
def running(data: Path, server: Recorded) -> Iterator[None]:
    """Serve on the data folder's socket while the context is open."""
    prepare(data)
    bound = bind_unix(place_for_server(data, {}))
    ready, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with listening(server.app, bound):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(5)
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
