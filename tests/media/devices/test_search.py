"""Searching: WS-Discovery on loopback, ranges of loopback addresses, and what is refused."""

import asyncio
import socket
import time
from collections.abc import Callable
from typing import cast

import pytest
from tests.media.devices.conftest import finished
from tests.peers.onvif_device import OnvifDevice, Quirks

from ronda.base.errors import BadInput, Busy, NotFound
from ronda.bus.devices import DeviceJobState, SearchDevices, SweepRange
from ronda.media.devices.desk import DeviceDesk
from ronda.media.devices.place import DevicePlace, parse_range

LOOPBACK = SearchDevices(interface="127.0.0.1", seconds=0.6)


async def test_a_search_finds_what_answers_under_the_address_that_answered(
    desk: DeviceDesk, discovery_port: int
) -> None:
    device = OnvifDevice(quirks=Quirks(named_host="10.99.99.99"))
    async with device.running(), device.discoverable(discovery_port):
        job = await finished(desk, desk.search(LOOPBACK))
    assert job.state is DeviceJobState.DONE
    (found,) = job.devices  # three probes, one device
    assert (found.address, found.name, found.hardware, found.onvif) == (device.address, "Gate NVR", "NVR-4", True)


async def test_rubbish_answers_are_passed_over(desk: DeviceDesk, discovery_port: int) -> None:
    class Rubbish(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast("asyncio.DatagramTransport", transport)  # uvloop's is no subclass

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            for answer in (b"", b"\xff" * 9000, b"<a>" * 3000, b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'):
                self.transport.sendto(answer, addr)

    device = OnvifDevice()
    loop = asyncio.get_running_loop()
    async with device.running(), device.discoverable(discovery_port):
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", discovery_port))
        membership = socket.inet_aton("239.255.255.250") + socket.inet_aton("127.0.0.1")
        listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        listener.setblocking(False)
        transport, _ = await loop.create_datagram_endpoint(Rubbish, sock=listener)
        job = await finished(desk, desk.search(LOOPBACK))
        transport.close()
    assert [found.address for found in job.devices] == [device.address]


async def test_a_search_from_an_interface_that_is_not_there(desk: DeviceDesk) -> None:
    job = await finished(desk, desk.search(SearchDevices(interface="203.0.113.9", seconds=0.1)))
    assert "not an address of this machine" in (job.problem or "")


async def test_a_range_finds_onvif_and_rtsp_and_tells_how_far_it_is(
    desk: DeviceDesk, free_port: Callable[[], int]
) -> None:
    port = free_port()

    async def rtsp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n")
        await writer.drain()
        writer.close()

    device = OnvifDevice()
    server = await asyncio.start_server(rtsp, "127.0.0.5", port)
    async with device.running(), server:
        asked = SweepRange(range="127.0.0.1-6", ports=(device.port, port))
        job = await finished(desk, desk.sweep(asked))
    assert (job.state, job.done, job.total) == (DeviceJobState.DONE, 6, 6)
    assert {(found.address, found.name, found.onvif, found.rtsp) for found in job.devices} == {
        (device.address, "Gate NVR", True, False),
        (f"rtsp://127.0.0.5:{port}", "", False, True),
    }
    assert device.calls == ["device_service:GetSystemDateAndTime", "device_service:GetScopes"]
    assert device.refused == 0


async def test_a_sweep_ends_when_it_is_cancelled(desk: DeviceDesk) -> None:
    job = desk.sweep(SweepRange(range="127.0.0.0/22", ports=(1,)))
    await asyncio.sleep(0.2)
    assert 0 < desk.about(job.job).done < 200  # not all at once
    desk.cancel(job.job)
    with pytest.raises(NotFound):
        desk.about(job.job)
    desk.cancel(job.job)


@pytest.mark.alone
async def test_only_some_searches_at_once_and_all_end_with_the_node(desk: DeviceDesk) -> None:
    for _ in range(4):
        desk.sweep(SweepRange(range="127.0.0.0/22", ports=(1,)))
    began = time.monotonic()
    with pytest.raises(Busy, match="4 searches are under way"):
        desk.search(LOOPBACK)
    assert time.monotonic() - began < 0.1


@pytest.mark.parametrize(
    ("text", "count", "first", "last"),
    [
        ("192.168.1.0/24", 254, "192.168.1.1", "192.168.1.254"),
        ("192.168.1.7", 1, "192.168.1.7", "192.168.1.7"),
        ("192.168.1.10-50", 41, "192.168.1.10", "192.168.1.50"),
        ("192.168.1.250 - 192.168.2.5", 12, "192.168.1.250", "192.168.2.5"),
        ("10.0.0.9/22", 1022, "10.0.0.1", "10.0.3.254"),
    ],
)
def test_ranges(text: str, count: int, first: str, last: str) -> None:
    found = parse_range(text)
    assert (len(found), found[0], found[-1]) == (count, first, last)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a range"),
        ("kamera.local", "not a range"),
        ("10.0.0.0/8", "16777216 addresses"),
        ("10.0.0.0-10.255.255.255", "16777216 addresses"),
        ("192.168.1.50-10", "ends before it begins"),
        ("8.8.8.0/24", "of the internet"),
        ("::/0", "not a range"),
        ("192.168.1.1; reboot", "not a range"),
    ],
)
def test_what_is_no_range_or_not_ones_own(text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason) as refused:
        parse_range(text)
    assert refused.value.mend


def test_an_address_of_the_internet_is_taken_when_it_is_meant() -> None:
    assert parse_range("8.8.8.8", public=True) == ["8.8.8.8"]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("192.168.1.20", "http://192.168.1.20/onvif/device_service"),
        ("192.168.1.20:8080", "http://192.168.1.20:8080/onvif/device_service"),
        ("https://nvr.local/onvif/device_service?x=1", "https://nvr.local/onvif/device_service"),
        ("http://[fe80::1]:80/", "http://[fe80::1]:80/onvif/device_service"),
    ],
)
def test_places(text: str, url: str) -> None:
    assert DevicePlace.parse(text).url() == url


async def test_ports_are_checked(desk: DeviceDesk) -> None:
    job = await finished(desk, desk.sweep(SweepRange(range="127.0.0.1", ports=(0,))))
    assert "not ports" in (job.problem or "")
