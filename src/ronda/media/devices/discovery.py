"""WS-Discovery: asks the local networks which devices are there (OASIS WS-Discovery 1.0, ONVIF Core 7.3)."""

import asyncio
import fcntl
import ipaddress
import socket
import struct
import uuid
from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from onveef.wsdiscovery import DiscoveredDevice, build_probe, parse_probe_matches

from ronda.base.errors import BadInput
from ronda.base.pools import Pool
from ronda.bus.devices import FoundDevice

GROUP: Final = "239.255.255.250"
PORT: Final = 3702
MOST_DEVICES: Final = 1_000
_MOST_DATAGRAMS: Final = 4_000
_PROBES: Final = 3
_LARGEST_BYTES: Final = 16_384
_SIOCGIFADDR: Final = 0x8915


def local_addresses() -> list[str]:
    """Return the IPv4 addresses of this machine, of its own networks only."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(asking.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:
                continue  # it has none
            found.append(socket.inet_ntoa(answer[20:24]))
    return [one for one in found if ipaddress.IPv4Address(one).is_private]


async def discover(
    interface: str | None, seconds: float, pool: Pool, found: Callable[[FoundDevice], None], port: int = PORT
) -> None:
    """Search for some seconds, and call `found` with each device once.

    Args:
        interface: Address of the one interface to search from; None for all.
        seconds: How long to listen.
        pool: Where answers are parsed.
        found: Told of each device, on the loop.
        port: The port that devices listen at.

    Raises:
        BadInput: The machine has no such interface.
    """
    mine = local_addresses()
    if interface is not None and interface not in mine:
        raise BadInput(f"{interface[:60]!r} is not an address of this machine", f"use one of {', '.join(mine)}")
    datagrams: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue(_MOST_DATAGRAMS)
    loop = asyncio.get_running_loop()
    transports = []
    try:
        for address in [interface] if interface else mine:
            transport, _ = await loop.create_datagram_endpoint(partial(_Listener, datagrams), sock=_socket(address))
            transports.append(transport)
        async with asyncio.TaskGroup() as group:
            taking = group.create_task(_take(datagrams, pool, found))
            for _ in range(_PROBES):
                for transport in transports:
                    probe = build_probe(message_id=f"urn:uuid:{uuid.uuid4()}", types="dn:NetworkVideoTransmitter")
                    transport.sendto(probe.encode(), (GROUP, port))
                await asyncio.sleep(seconds / _PROBES)
            taking.cancel()
    finally:
        for transport in transports:
            transport.close()


def _socket(address: str) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
    made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)  # never beyond the local network
    made.bind((address, 0))
    return made


class _Listener(asyncio.DatagramProtocol):
    def __init__(self, datagrams: asyncio.Queue[tuple[bytes, str]]) -> None:
        self._datagrams = datagrams

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Keep an answer; what is too much is dropped, for a search may be repeated."""
        if len(data) <= _LARGEST_BYTES and not self._datagrams.full():
            self._datagrams.put_nowait((data, addr[0]))


async def _take(
    datagrams: asyncio.Queue[tuple[bytes, str]], pool: Pool, found: Callable[[FoundDevice], None]
) -> None:  # fmt: skip
    seen: set[str] = set()
    while True:
        data, sender = await datagrams.get()
        for device in await pool.run(parse_probe_matches, data.decode("utf-8", "replace")):
            shown = _found(device, sender)
            if shown.address not in seen and len(seen) < MOST_DEVICES:
                seen.add(shown.address)
                found(shown)


def _found(device: DiscoveredDevice, sender: str) -> FoundDevice:
    """Return a device under the address that answered: what it says of itself may be another network's."""
    port = None
    for text in device.xaddrs[:10]:
        try:
            parts = urlsplit(text)
            if parts.hostname == sender or port is None:
                port = parts.port
        except ValueError:
            continue
    address = f"{sender}:{port}" if port and port != 80 else sender
    return FoundDevice(
        address=address, name=_text(device.name), hardware=_text(device.hardware), onvif=True
    )  # fmt: skip


def _text(text: str) -> str:
    return "".join(letter for letter in text.replace("%20", " ") if letter.isprintable())[:100]
