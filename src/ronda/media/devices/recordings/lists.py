"""What Hikvision's and Dahua's recorders list of their archives, over the makers' own HTTP interfaces.

Hikvision: `POST /ISAPI/ContentMgmt/search`, pages of an XML document. Dahua: a finder at `/cgi-bin/mediaFileFind.cgi`
that is made, asked, read page by page, and destroyed. Both sign in by HTTP digest and write the local time of the clock
on their wall, whatever letter they put behind it. What an interface answers that is not understood is no list: then
the whole time that was asked for is tried, as before.
"""

import asyncio
import contextlib
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from xml.sax.saxutils import escape

import httpx
from onveef import parsers

from ronda.base.pools import Pool
from ronda.base.time import HZ_90K
from ronda.media.devices.place import DevicePlace, Login
from ronda.media.sources.contract import SourceRefused

_CALL_S: Final = 8.0
_MOST_BYTES: Final = 512 * 1024
_MOST_PAGES: Final = 40
_PAGE: Final = 40
_JOINED_90K: Final = 2 * HZ_90K
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2}):(\d{2})")
_ITEM: Final = re.compile(r"^items\[(\d+)\]\.(StartTime|EndTime)=(.+?)\s*$", re.MULTILINE)
_FOUND: Final = re.compile(r"^found=(\d+)\s*$", re.MULTILINE)
_FINDER: Final = re.compile(r"^result=(\d+)\s*$", re.MULTILINE)
Spans = tuple[tuple[int, int], ...]


class NoList(Exception):
    """The recorder has no such list for us."""


class MakerList:
    """Asks one recorder what it has of one channel.

    Args:
        client: See `ronda.media.devices.soap.new_client`.
        place: Where its management is.
        login: The account.
        pool: Where answers are parsed.
        zone: The zone that its clock shows.
    """

    def __init__(self, client: httpx.AsyncClient, place: DevicePlace, login: Login, pool: Pool, zone: tzinfo) -> None:
        scheme = place.scheme if place.scheme in ("http", "https") else "http"
        host = f"[{place.host}]" if ":" in place.host else place.host
        self._base = f"{scheme}://{host}{f':{place.port}' if place.port else ''}"
        self._client, self._pool, self._zone = client, pool, zone
        self._auth = httpx.DigestAuth(login.username, login.password)

    async def listed(self, maker: str, channel: int, from_90k: int, to_90k: int) -> Spans:
        """Return where footage is within two moments by the recorder's clock, in order, joined.

        Raises:
            NoList: It does not say.
            SourceRefused: The account is not let in; it must not be tried again.
        """
        ask = self._hikvision if maker == "hikvision" else self._dahua
        found = await ask(channel, from_90k, to_90k)
        clipped = sorted((max(start, from_90k), min(end, to_90k)) for start, end in found)
        return tuple(_joined([one for one in clipped if one[0] < one[1]]))

    async def _hikvision(self, channel: int, from_90k: int, to_90k: int) -> list[tuple[int, int]]:
        search, found = f"{{{str(uuid.uuid4()).upper()}}}", list[tuple[int, int]]()
        for _ in range(_MOST_PAGES):
            body = _search(search, f"{channel}01", self._local(from_90k), self._local(to_90k), len(found))
            text = await self._ask("POST", "/ISAPI/ContentMgmt/search", body)
            page, more = await self._pool.run(self._matches, text)
            found += page
            if not more or not page:
                return found
        raise NoList

    def _matches(self, text: str) -> tuple[list[tuple[int, int]], bool]:
        """Return a page of a search, and whether there are more; runs in the pool."""
        document = parsers.parse_xml(text)
        if document is None or not document.tag.endswith("CMSearchResult"):
            raise NoList
        status = document.findtext("{*}responseStatusStrg") or ""
        found: list[tuple[int, int]] = []
        for item in document.iterfind("{*}matchList/{*}searchMatchItem/{*}timeSpan"):
            start, end = (self._moment(item.findtext(f"{{*}}{name}") or "") for name in ("startTime", "endTime"))
            found.append((start, end))
        return found, status.strip().upper() == "MORE"

    async def _dahua(self, channel: int, from_90k: int, to_90k: int) -> list[tuple[int, int]]:
        made = _FINDER.search(await self._find("factory.create"))
        if made is None:
            raise NoList
        finder = {"object": made[1]}
        try:
            times = {"StartTime": self._local(from_90k), "EndTime": self._local(to_90k)}
            wanted = {"condition.Channel": str(channel), "condition.Types[0]": "dav"}
            wanted |= {f"condition.{name}": f"{moment:%Y-%m-%d %H:%M:%S}" for name, moment in times.items()}
            if "OK" not in await self._find("findFile", finder | wanted):
                return []  # so it says that there is nothing
            found: list[tuple[int, int]] = []
            for _ in range(_MOST_PAGES):
                text = await self._find("findNextFile", finder | {"count": str(_PAGE)})
                count = _FOUND.search(text)
                if count is None:
                    raise NoList
                found += self._items(text)
                if int(count[1]) < _PAGE:
                    return found
            raise NoList
        finally:
            for action in ("close", "destroy"):
                with contextlib.suppress(NoList, SourceRefused):
                    await self._find(action, finder)

    def _items(self, text: str) -> Iterator[tuple[int, int]]:
        items: dict[str, dict[str, str]] = {}
        for number, name, value in _ITEM.findall(text):
            items.setdefault(number, {})[name] = value
        for item in items.values():
            yield self._moment(item.get("StartTime", "")), self._moment(item.get("EndTime", ""))

    async def _find(self, action: str, query: dict[str, str] | None = None) -> str:
        return await self._ask(
            "GET", f"/cgi-bin/mediaFileFind.cgi?{httpx.QueryParams({'action': action} | (query or {}))}"
        )

    async def _ask(self, method: str, path: str, body: str = "") -> str:
        try:
            async with asyncio.timeout(_CALL_S):
                headers = {"Content-Type": "application/xml"} if body else {}
                request = self._client.stream(
                    method, self._base + path, content=body.encode(), headers=headers, auth=self._auth
                )
                async with request as response:
                    if response.status_code == httpx.codes.UNAUTHORIZED:
                        raise SourceRefused(
                            "the recorder refuses the user name or password",
                            "correct them; not too often, for devices lock an account after some tries",
                        )
                    parts: list[bytes] = []
                    async for part in response.aiter_bytes():
                        parts.append(part)
                        if sum(map(len, parts)) > _MOST_BYTES:
                            raise NoList
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise NoList from error
        if response.status_code != httpx.codes.OK:
            raise NoList
        return b"".join(parts).decode("utf-8", "replace")

    def _local(self, at_90k: int) -> datetime:
        return (_EPOCH + timedelta(microseconds=at_90k * 100 // 9)).astimezone(self._zone)

    def _moment(self, text: str) -> int:
        found = _MOMENT.match(text.strip())
        if found is None:
            raise NoList
        try:
            year, month, day, hour, minute, second = map(int, found.groups())
            local = datetime(year, month, day, hour, minute, second, tzinfo=self._zone)
        except ValueError as error:
            raise NoList from error
        return round((local - _EPOCH).total_seconds()) * HZ_90K


def _search(search: str, track: str, begin: datetime, end: datetime, position: int) -> str:
    """Return a page's request; the misspelt element is the interface's own, and the element order matters to it."""
    return (
        '<CMSearchDescription version="1.0" xmlns="http://www.isapi.org/ver20/XMLSchema">'
        f"<searchID>{escape(search)}</searchID><trackList><trackID>{track}</trackID></trackList>"
        f"<timeSpanList><timeSpan><startTime>{begin:%Y-%m-%dT%H:%M:%S}Z</startTime>"
        f"<endTime>{end:%Y-%m-%dT%H:%M:%S}Z</endTime></timeSpan></timeSpanList>"
        f"<maxResults>{_PAGE}</maxResults><searchResultPostion>{position}</searchResultPostion>"
        "<metadataList><metadataDescriptor>//recordType.meta.std-cgi.com</metadataDescriptor></metadataList>"
        "</CMSearchDescription>"
    )


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1] + _JOINED_90K:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
