"""ONVIF's calls over HTTP: bounded in time and size, signed, and refused only once.

WS-Security UsernameToken with digest (ONVIF Core Specification 5.9.4), and HTTP digest where a device wants that.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

import httpx
from onveef import envelopes, parsers

from ronda.base.pools import Pool
from ronda.media.devices.place import Login
from ronda.media.sources.contract import SourceFailed, SourceRefused, SourceUnsupported

T = TypeVar("T")
_MOST_BYTES: Final = 512 * 1024
_CALL_S: Final = 8.0
_CONNECT_S: Final = 3.0
_HEADERS: Final = {"Content-Type": "application/soap+xml; charset=utf-8"}
_REFUSALS: Final = ("notauthorized", "not authorized", "unauthorized", "failedauthentication", "invalidsecurity",
                    "failed authentication", "accountislocked", "locked")  # fmt: skip


class Fault(SourceUnsupported):
    """The device understood and says no."""


def new_client() -> httpx.AsyncClient:
    """Return a client for one visit: devices sign their own certificates, and no proxy leads to them."""
    timeout = httpx.Timeout(_CALL_S, connect=_CONNECT_S)
    return httpx.AsyncClient(verify=False, trust_env=False, timeout=timeout, follow_redirects=False)  # noqa: S501


class SoapCaller:
    """Calls the services of one device.

    Args:
        client: See `new_client`.
        login: The account; not used before `call` is asked to sign.
        pool: Where answers are parsed.

    Attributes:
        clock_offset_s: How far the device's clock is ahead of ours; signatures follow it.
    """

    def __init__(self, client: httpx.AsyncClient, login: Login, pool: Pool) -> None:
        self.clock_offset_s = 0.0
        self._client, self._login, self._pool = client, login, pool
        self._digest: httpx.DigestAuth | None = None

    async def call(self, url: str, body: str, parse: Callable[[str], T], *, signed: bool = True) -> T:
        """Return what `parse` makes of the answer.

        Args:
            url: The service's address.
            body: The request, as `onveef.envelopes` builds it.
            parse: One of `onveef.parsers`; runs in the pool.
            signed: Whether to sign in.

        Raises:
            SourceRefused: The account is not let in; it must not be tried again.
            Fault: The device says no to this.
            SourceFailed: It does not answer, or not with ONVIF.
        """
        signed = signed and self._login.given
        login = self._login if signed else Login()
        envelope = envelopes.build_envelope(
            body, username=login.username, password=login.password, clock_offset_s=self.clock_offset_s
        )
        answer, text = await self._post(url, envelope, self._digest if signed else None)
        if answer.status_code == httpx.codes.UNAUTHORIZED and signed and self._digest is None:
            challenge = answer.headers.get("www-authenticate", "").lower()
            if challenge.startswith("digest"):
                self._digest = httpx.DigestAuth(login.username, login.password)
                bare = envelopes.build_envelope(body)
                answer, text = await self._post(url, bare, self._digest)
        return await self._pool.run(_understand, answer.status_code, text, parse)

    async def _post(self, url: str, envelope: str, auth: httpx.Auth | None) -> tuple[httpx.Response, str]:
        host = httpx.URL(url).host
        try:
            async with asyncio.timeout(_CALL_S):
                request = self._client.stream("POST", url, content=envelope.encode(), headers=_HEADERS, auth=auth)
                async with request as response:
                    parts: list[bytes] = []
                    size = 0
                    async for part in response.aiter_bytes():
                        size += len(part)
                        if size > _MOST_BYTES:
                            raise SourceFailed(f"{host} answers with more than any recorder would say")
                        parts.append(part)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise SourceFailed(
                f"{host} does not answer ({type(error).__name__})", "check the address, the network and the port"
            ) from error
        return response, b"".join(parts).decode("utf-8", "replace")


def _understand(status: int, text: str, parse: Callable[[str], Any]) -> Any:
    """Return what an answer says; runs in the pool."""
    fault = parsers.parse_fault(text)
    plain = text.lower()
    if status in (401, 403) or (fault and any(word in plain for word in _REFUSALS)):
        raise SourceRefused(
            "the device refuses the user name or password",
            "correct them; not too often, for devices lock an account after some tries",
        )
    if fault:
        raise Fault(f"the device says: {' '.join(fault.split())[:120]}")
    if status != httpx.codes.OK:
        raise SourceFailed(f"the device answers with status {status}", "is this its ONVIF address and port?")
    if parsers.parse_xml(text) is None:
        raise SourceFailed("what answers there does not speak ONVIF", "is this the port of its web pages?")
    return parse(text)
