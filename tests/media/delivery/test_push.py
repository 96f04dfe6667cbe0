"""A device that sends its own camera, over a real WebSocket: PyAV's films in pieces, as a browser records them."""

import asyncio
import io
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import av
import pytest
import websockets
from av.video.stream import VideoStream
from starlette.applications import Starlette
from tests.media.delivery.serving import Doorman, serving
from tests.media.film_source import until
from tests.media.pictures import Film, picture

from ronda.base.causes import GapCause, SourceState
from ronda.base.time import SystemClock
from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.delivery.permission import MediaAction
from ronda.media.delivery.push import LARGEST_PIECE_BYTES, Allowance, push_route
from ronda.media.fragment import Run
from ronda.media.leases import Purpose
from ronda.media.sources.contract import SourceCounters, SourceListener
from ronda.media.sources.device import Devices, DeviceSupervisor, Push
from ronda.media.sources.libav import Transcoders
from ronda.media.stream import Stream, StreamSettings
from ronda.media.streams import Streams

FILM = Film(pictures=60, gop=25)
FORMATS = {
    "mp4": ("mp4", "libx264", {"movflags": "frag_every_frame+empty_moov+default_base_moof"}),
    "matroska": ("matroska", "libx264", {"live": "1", "cluster_time_limit": "200"}),
    "webm-vp8": ("webm", "libvpx", {"live": "1", "cluster_time_limit": "200"}),
}


def pieces(kind: str, seconds: float = 0.2) -> list[bytes]:
    """Return a film as a browser's MediaRecorder gives it: what was written within each stretch of time."""
    form, codec, options = FORMATS[kind]
    written, found = _Written(), []
    coding = {"deadline": "realtime", "cpu-used": "8"} if codec == "libvpx" else {"preset": "ultrafast"}
    with av.open(written, "w", format=form, options=options) as container:
        stream = container.add_stream(codec, rate=FILM.fps, options={**coding, "g": str(FILM.gop)})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = FILM.width, FILM.height, "yuv420p"
        for number in range(FILM.pictures):
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture(FILM, number), "rgb24")):
                container.mux(packet)
            if (number + 1) % round(seconds * FILM.fps) == 0:
                found.append(written.take())
        container.mux(stream.encode(None))
    return [*found, written.take()]


class _Written(io.RawIOBase):
    """Takes what is written, and cannot go back."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self._held += memoryview(data)  # type: ignore[arg-type]
        return len(memoryview(data))  # type: ignore[arg-type]

    def take(self) -> bytes:
        taken, self._held = bytes(self._held), bytearray()
        return taken


class Place:
    """A node's camera `gate`, whose pictures a device sends."""

    def __init__(self) -> None:
        self.streams = Streams(SystemClock(), StreamSettings(linger_s=0.05))
        self.devices = Devices()
        self.doorman = Doorman()
        self.transcoders = Transcoders()
        self.host = ""
        self.units: list[AccessUnit] = []
        self.states: list[tuple[SourceState, str | None]] = []

    @property
    def stream(self) -> Stream:
        return self.streams.get("gate", "main")

    def open(self, listener: SourceListener, counters: SourceCounters) -> DeviceSupervisor:
        return DeviceSupervisor(self.devices.expect("gate"), listener, counters, self.streams.clock, self.transcoders)

    def _note(self, stream: Stream) -> None:
        self.states.append((stream.state_now, stream.reason))

    @asynccontextmanager
    async def up(self) -> AsyncIterator["Place"]:
        async with self.streams:
            self.devices.expect("gate")
            stream = self.streams.offer("gate", "main", self.open)
            stream.follow(self._note)
            stream.listen(self._hear)
            app = Starlette(routes=[push_route(self.streams, self.devices, self.doorman)])
            async with serving(app) as self.host:
                yield self

    def _hear(self, _run: Run, unit: AccessUnit) -> None:
        self.units.append(unit)

    def connect(self, camera: str = "gate", **options: object) -> websockets.connect:
        return websockets.connect(f"ws://{self.host}/{camera}/push", proxy=None, **options)  # type: ignore[arg-type]


async def send(socket: websockets.ClientConnection, film: list[bytes], seconds: float = 0.2) -> None:
    """Send pieces as they would come in real time."""
    for piece in film:
        await socket.send(piece)
        await asyncio.sleep(seconds)


@pytest.mark.parametrize("kind", list(FORMATS))
async def test_what_a_device_sends_is_live_piece_by_piece(kind: str) -> None:
    async with Place().up() as place:
        film = pieces(kind)
        async with place.connect() as socket:
            sending = asyncio.create_task(send(socket, film))
            await until(lambda: place.stream.state_now is SourceState.RUNNING)
            assert not sending.done()  # long before all of it is there
            assert place.doorman.asked[0].action is MediaAction.PUSH
            await until(lambda: len(place.units) >= 50)
            await sending
        run = place.stream.run
        assert run is None or run.encoding.codec is Codec.H264
        assert all(
            later.dts_90k > earlier.dts_90k for earlier, later in zip(place.units, place.units[1:], strict=False)
        )
        times = [unit.dts_90k for unit in place.units]
        assert all(later > earlier for earlier, later in itertools.pairwise(times))
        await until(lambda: place.doorman.permits[0].closed)
        await until(lambda: place.stream.state_now is SourceState.IDLE)
        assert place.transcoders.active == 0


async def test_the_camera_waits_and_the_same_device_comes_back() -> None:
    async with Place().up() as place:
        film = pieces("matroska")
        with place.stream.lease(Purpose.RECORD):
            await until(lambda: place.stream.state_now is SourceState.SILENT)
            assert place.stream.reason == "the device is not sending"
            assert place.stream.cause is GapCause.SILENT
            runs: set[str] = set()
            for _ in range(2):
                async with place.connect() as socket:
                    sending = asyncio.create_task(send(socket, film[:8]))
                    await until(lambda: place.stream.run is not None)
                    assert place.stream.run
                    runs.add(place.stream.run.id)
                    await sending
                await until(lambda: place.stream.state_now is SourceState.SILENT)
            assert len(runs) == 2
            assert place.stream.counters.reconnects == 1


async def test_one_device_at_a_time() -> None:
    async with Place().up() as place, place.connect() as first:
        film = pieces("matroska")
        await first.send(film[0])
        async with place.connect() as second:
            with pytest.raises(websockets.ConnectionClosedError) as refused:
                await second.recv()
            assert refused.value.rcvd
            assert refused.value.rcvd.code == 4409
            assert "another device is sending" in refused.value.rcvd.reason
        await send(first, film[1:6], 0.1)
        await until(lambda: place.stream.state_now is SourceState.RUNNING)


async def closed(socket: websockets.ClientConnection) -> tuple[int, str]:
    """Wait until the server closes, and return code and reason."""
    with pytest.raises(websockets.ConnectionClosed) as gone:
        await asyncio.wait_for(socket.recv(), 10)
    assert gone.value.rcvd
    return gone.value.rcvd.code, gone.value.rcvd.reason


@pytest.mark.parametrize(
    "junk", [b"GIF89a" + bytes(5000), b"\x7fELF" + bytes(70_000), b"#EXTM3U\nfile:///etc/passwd\n"]
)
async def test_nonsense_is_refused_with_a_reason(junk: bytes) -> None:
    async with Place().up() as place, place.connect() as socket:
        for _ in range(4):
            await socket.send(junk * (100_000 // len(junk)))
        code, reason = await closed(socket)
        assert (code, "device" in reason) == (4400, True)


async def test_a_device_that_says_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Push.__init__, "__defaults__", (0.2,))
    async with Place().up() as place, place.connect() as socket:
        assert await closed(socket) == (1012, "the device has stopped sending")


async def test_damaged_pieces_harm_nobody_who_comes_later() -> None:
    film, noise = pieces("matroska"), random.Random(7)
    async with Place().up() as place:
        for _ in range(4):
            async with place.connect() as socket:
                for piece in film[:8]:
                    damaged = bytearray(piece)
                    for _ in range(len(damaged) // 100):
                        damaged[noise.randrange(len(damaged))] = noise.randrange(256)
                    await socket.send(bytes(damaged))
        async with place.connect() as socket:
            sending = asyncio.create_task(send(socket, film))
            seen = len(place.units)
            await until(lambda: len(place.units) > seen + 20)
            await sending


async def test_a_piece_that_is_too_large_ends_it() -> None:
    async with Place().up() as place, place.connect(max_size=None) as socket:
        await socket.send(bytes(LARGEST_PIECE_BYTES + 1))
        code, reason = await closed(socket)
        assert code == 4400
        assert "larger than 1024 KiB" in reason


async def test_withdrawn_permission_or_another_address_sends_the_device_away() -> None:
    async with Place().up() as place:
        async with place.connect() as socket:
            await until(lambda: place.doorman.permits)
            place.doorman.permits[0].revoked = True
            assert (await closed(socket))[0] == 4403
        async with place.connect() as socket:
            await until(lambda: place.stream.state_now is SourceState.CONNECTING)
            place.devices.release("gate")
            assert (await closed(socket))[0] == 4404
        async with place.connect() as socket:
            assert (await closed(socket))[0] == 4404


async def test_a_camera_that_is_just_being_added_is_waited_for() -> None:
    async with Place().up() as place:
        place.devices.release("gate")
        async with place.connect() as socket:
            await asyncio.sleep(0.1)
            place.devices.expect("other")
            place.devices.expect("gate")
            await socket.send(pieces("matroska")[0])
            await until(lambda: place.stream.viewers == 0 and place.stream.active)
            assert not place.doorman.permits[0].closed


async def test_strangers_and_other_sites_are_refused_before_the_handshake() -> None:
    async with Place().up() as place:
        for camera, headers, status in (
            ("secret", {}, 401),
            ("forbidden", {}, 403),
            ("gate", {"Origin": "https://elsewhere.example"}, 403),
        ):
            with pytest.raises(websockets.InvalidStatus) as refused:
                await place.connect(camera, additional_headers=headers).__aenter__()
            assert refused.value.response.status_code == status


def test_a_device_may_burst_and_then_only_so_fast() -> None:
    allowance = Allowance(0.0, rate_bytes=100, burst_bytes=1000)
    assert allowance.wait_s(1000, 0.0) == 0
    assert allowance.wait_s(100, 0.0) == pytest.approx(1.0)
    assert allowance.wait_s(100, 2.0) == 0
    assert allowance.wait_s(1100, 1000.0) == pytest.approx(1.0)
