"""The lists that two makers' recorders have of their archives, over HTTP digest; from their interface documents.

`/ISAPI/ContentMgmt/search` and `/cgi-bin/mediaFileFind.cgi`, with nothing of ours. They write the local time of their
zone. What real ones get wrong is a field each.
"""

import asyncio
import contextlib
import hashlib
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from tests.peers.onvif_device import PASSWORD, USER

HZ = 90_000
_NONCE = "4f3a2b1c"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class ListingRecorder:
    """A recorder's web interface.

    Attributes:
        spans: What its second channel has, in 90 kHz ticks since 1970.
        zone: The zone on its wall.
        says: `list`, `nothing-there` (404), `rubbish`, `endless` or `more` (it never comes to an end).
        asked: Paths that were let in; `refused` counts logins that were not.
        open_finders: Finders that were made and not destroyed.
    """

    spans: list[tuple[int, int]] = field(default_factory=list)
    zone: tzinfo = UTC
    says: str = "list"
    port: int = 0
    asked: list[str] = field(default_factory=list)
    refused: int = 0
    open_finders: int = 0
    _wanted: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where its management is."""
        return f"127.0.0.1:{self.port}"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["ListingRecorder"]:
        """Serve while the context is open."""
        routes = [
            Route("/ISAPI/ContentMgmt/search", self.search, methods=["POST"]),
            Route("/cgi-bin/mediaFileFind.cgi", self.find),
        ]
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="error", lifespan="off"))
        task = asyncio.create_task(server.serve([listener]))
        try:
            yield self
        finally:
            server.should_exit = True
            await task

    async def search(self, request: Request) -> Response:
        """Answer a page of Hikvision's search."""
        body = (await request.body()).decode()
        if (answer := self._instead(request)) is not None:
            return answer
        begin, end = (datetime.fromisoformat(_text(body, name)[:-1]) for name in ("startTime", "endTime"))
        position, most = int(_text(body, "searchResultPostion")), int(_text(body, "maxResults"))
        known = self._within(begin, end) if _text(body, "trackID") == "201" else []
        page = known[position : position + min(most, 3)]
        more = position + len(page) < len(known) or self.says == "more"
        status = "MORE" if more else "OK" if known else "NO MATCHES"
        items = "".join(
            f"<searchMatchItem><trackID>201</trackID><timeSpan><startTime>{start:%Y-%m-%dT%H:%M:%S}Z</startTime>"
            f"<endTime>{over:%Y-%m-%dT%H:%M:%S}Z</endTime></timeSpan></searchMatchItem>"
            for start, over in (page or known[:1] if self.says == "more" else page)
        )
        return Response(
            f'<?xml version="1.0" encoding="UTF-8"?><CMSearchResult version="1.0" '
            f'xmlns="http://www.hikvision.com/ver20/XMLSchema"><responseStatus>true</responseStatus>'
            f"<responseStatusStrg>{status}</responseStatusStrg><numOfMatches>{len(page)}</numOfMatches>"
            f"<matchList>{items}</matchList></CMSearchResult>",
            media_type="application/xml",
        )

    async def find(self, request: Request) -> Response:
        """Answer one step of Dahua's finder."""
        if (answer := self._instead(request)) is not None:
            return answer
        query = request.query_params
        match query["action"]:
            case "factory.create":
                self.open_finders += 1
                return PlainTextResponse("result=8137\r\n")
            case "findFile":
                begin, end = (
                    datetime.strptime(query[f"condition.{name}"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - its own wall's
                    for name in ("StartTime", "EndTime")
                )
                self._wanted = self._within(begin, end) if query["condition.Channel"] == "2" else []
                return PlainTextResponse("OK\r\n" if self._wanted else "Error\r\n")
            case "findNextFile":
                count = int(query["count"])
                page, self._wanted = self._wanted[:count], self._wanted[count:]
                lines = [f"found={count if self.says == 'more' else len(page)}"]
                for number, (start, over) in enumerate(page):
                    lines += [f"items[{number}].Channel=1", f"items[{number}].EndTime={over:%Y-%m-%d %H:%M:%S}"]
                    lines += [f"items[{number}].StartTime={start:%Y-%m-%d %H:%M:%S}", f"items[{number}].Type=dav"]
                return PlainTextResponse("\r\n".join(lines) + "\r\n")
            case _:
                self.open_finders -= query["action"] == "destroy"
                return PlainTextResponse("OK\r\n")

    def _within(self, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        known = [(self._wall(start), self._wall(over)) for start, over in self.spans]
        return [(start, over) for start, over in known if start < end and over > begin]

    def _wall(self, ticks: int) -> datetime:
        return (_EPOCH + timedelta(microseconds=ticks * 100 // 9)).astimezone(self.zone).replace(tzinfo=None)

    def _instead(self, request: Request) -> Response | None:
        """Return what is answered in place of a list, the challenge of a login first."""
        if self.says == "nothing-there":
            return Response("not found", 404)
        given = request.headers.get("authorization", "")
        if not self._lets_in(request, given):
            self.refused += bool(given)
            challenge = f'Digest realm="recorder", nonce="{_NONCE}", qop="auth", algorithm=MD5'
            return Response("no", 401, headers={"WWW-Authenticate": challenge})
        self.asked.append(request.url.path)
        if self.says == "rubbish":
            return Response("<html>welcome</html>")
        return Response(b" " * (2 << 20)) if self.says == "endless" else None

    def _lets_in(self, request: Request, given: str) -> bool:
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', given))
        if not given.startswith("Digest ") or said.get("username") != USER:
            return False
        whose = _md5(f"{USER}:recorder:{PASSWORD}")
        what = _md5(f"{request.method}:{said['uri']}")
        return bool(said["response"] == _md5(f"{whose}:{_NONCE}:{said['nc']}:{said['cnonce']}:auth:{what}"))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # RFC 7616


def _text(body: str, name: str) -> str:
    found = re.search(rf"<{name}>([^<]*)</{name}>", body)
    assert found is not None, f"the search names no {name}"
    return found[1]
