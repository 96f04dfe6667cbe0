"""Looks at a range of addresses that a person typed: which have a camera or recorder. Slowly, and no further."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Final

import httpx
from onveef import envelopes, parsers

from ronda.base.errors import BadInput
from ronda.base.pools import Pool
from ronda.bus.devices import FoundDevice
from ronda.media.devices.place import DevicePlace, Login
from ronda.media.devices.soap import SoapCaller
from ronda.media.sources.contract import SourceFailed

USUAL_PORTS: Final = (80, 554, 8000, 8080)
_MOST_PORTS: Final = 8
_AT_ONCE: Final = 32
_PER_SECOND: Final = 60.0
_CONNECT_S: Final = 1.0
_ANSWER_S: Final = 2.0


async def sweep(
    addresses: Sequence[str],
    ports: Sequence[int],
    client: httpx.AsyncClient,
    pool: Pool,
    step: Callable[[FoundDevice | None], None],
) -> None:
    """Look at each address and call `step` for it: with a device, or with None where there is none.

    Args:
        addresses: Which addresses.
        ports: Which ports; none for the usual ones.
        client: For ONVIF.
        pool: Where answers are parsed.
        step: Told on the loop.

    Raises:
        BadInput: A port is none, or there are too many.
    """
    chosen = tuple(ports) or USUAL_PORTS
    if len(chosen) > _MOST_PORTS or not all(1 <= port <= 65_535 for port in chosen):
        raise BadInput("these are not ports", f"give at most {_MOST_PORTS} numbers from 1 to 65535")
    gate = asyncio.Semaphore(_AT_ONCE)

    async def look(address: str) -> None:
        try:
            step(await _look(address, chosen, client, pool))
        finally:
            gate.release()

    async with asyncio.TaskGroup() as group:
        for address in addresses:
            await gate.acquire()
            group.create_task(look(address))
            await asyncio.sleep(1 / _PER_SECOND)


async def _look(address: str, ports: Sequence[int], client: httpx.AsyncClient, pool: Pool) -> FoundDevice | None:
    answers = await asyncio.gather(*(_ask(address, port) for port in ports))
    rtsp = next((port for port, kind in zip(ports, answers, strict=True) if kind == "rtsp"), None)
    web = [port for port, kind in zip(ports, answers, strict=True) if kind == "http"]
    for port in web:
        if (found := await _onvif(address, port, client, pool)) is not None:
            return found.model_copy(update={"rtsp": rtsp is not None})
    return FoundDevice(address=f"rtsp://{address}:{rtsp}", rtsp=True) if rtsp is not None else None


async def _ask(address: str, port: int) -> str | None:
    """Return what speaks at a port: `rtsp`, `http` (which is asked further), or None."""
    try:
        async with asyncio.timeout(_CONNECT_S):
            reader, writer = await asyncio.open_connection(address, port)
    except (OSError, TimeoutError):
        return None
    try:
        # A web server answers this with an error of its own; only RTSP answers with RTSP.
        writer.write(f"OPTIONS rtsp://{address}:{port}/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: Ronda\r\n\r\n".encode())
        async with asyncio.timeout(_ANSWER_S):
            answer = await reader.read(8)
    except (OSError, TimeoutError):
        return "http"
    finally:
        writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_CONNECT_S):
                await writer.wait_closed()
    return "rtsp" if answer.startswith(b"RTSP/") else "http"


async def _onvif(address: str, port: int, client: httpx.AsyncClient, pool: Pool) -> FoundDevice | None:
    url = DevicePlace(address, port).url()
    caller = SoapCaller(client, Login(), pool)
    name = hardware = ""
    try:
        async with asyncio.timeout(_ANSWER_S):
            told = await caller.call(
                url, envelopes.device_get_system_date_time(), parsers.parse_system_datetime, signed=False
            )
            if not told:
                return None
    except (SourceFailed, TimeoutError):
        return None
    with contextlib.suppress(SourceFailed, TimeoutError):
        async with asyncio.timeout(_ANSWER_S):
            scopes = await caller.call(url, envelopes.device_get_scopes(), _scopes, signed=False)
            name, hardware = scopes.get("name", ""), scopes.get("hardware", "")
    shown = address if port == 80 else f"{address}:{port}"
    return FoundDevice(address=shown, name=name, hardware=hardware, onvif=True)


def _scopes(xml: str) -> dict[str, str]:
    """Return what a device's scopes say (`onvif://www.onvif.org/name/Gate`), by their kind."""
    root = parsers.parse_xml(xml)
    if root is None:
        return {}
    texts = [(item.text or "").strip() for item in parsers.find_all_local(root, "ScopeItem")]
    pairs = [text.removeprefix("onvif://www.onvif.org/").partition("/") for text in texts]
    return {kind: "".join(letter for letter in value.replace("%20", " ") if letter.isprintable())[:100]
            for kind, _, value in pairs}  # fmt: skip
