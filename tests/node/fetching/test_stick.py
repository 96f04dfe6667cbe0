"""Files from a USB stick: where they come to lie, and what is refused."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import av
import httpx
import pytest
from av.video.stream import VideoStream
from starlette.applications import Starlette
from tests.archive.footage import files_of, one_volume
from tests.node.test_devices import Leave

from ronda.archive.archive import Archive
from ronda.base.errors import NotAllowed, RondaError
from ronda.base.time import HZ_90K, SystemClock, format_rfc3339
from ronda.bus.deletion import DeleteByOrder
from ronda.media.delivery.permission import Ask, MediaAction, Permit
from ronda.media.delivery.problem import answer_error
from ronda.media.sources.libav import Transcoders
from ronda.node.fetching.stick import StickDesk
from ronda.node.fetching.stick_route import stick_route

CLOCK = SystemClock()
BEGIN_90K = (CLOCK.utc_90k() // HZ_90K - 7200) * HZ_90K


def stick_file(kind: str = "mp4", codec: str = "libx264") -> bytes:
    """Return four seconds as a recorder writes them."""
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as container:
        stream = cast("VideoStream", container.add_stream(codec, rate=25))
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number in range(100):
            frame = av.VideoFrame(160, 96, stream.pix_fmt)
            for plane in frame.planes:
                plane.update(bytes([number + 60]) * plane.buffer_size)
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


class Desk:
    def __init__(self, archive: Archive, folder: Path) -> None:
        self.archive, self.folder = archive, folder
        self.asked: list[Ask] = []
        self.allowed = True
        self.stick = StickDesk(folder / "incoming", archive, Transcoders(), lambda _: "main", CLOCK)
        route = stick_route(self.stick, self.authorise, CLOCK.utc_90k)
        app = Starlette(routes=[route], exception_handlers={RondaError: answer_error})
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://node")

    async def authorise(self, ask: Ask) -> Permit:
        self.asked.append(ask)
        if not self.allowed:
            raise NotAllowed("you may not")
        return Leave()

    async def bring(self, data: bytes, **query: object) -> httpx.Response:
        usual = {"camera": "gate", "from": format_rfc3339(BEGIN_90K), "offset_s": "0"}
        said = {**usual, **{name: str(value) for name, value in query.items()}}
        return await self.client.post("/_footage", params=said, content=data)

    async def covered(self) -> list[tuple[float, float]]:
        known = await self.archive.timeline("gate", "main", BEGIN_90K - 600 * HZ_90K, BEGIN_90K + 600 * HZ_90K)
        return [
            (round((span.from_90k - BEGIN_90K) / HZ_90K, 1), round((span.to_90k - BEGIN_90K) / HZ_90K, 1))
            for span in known.coverage
        ]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Archive(one_volume(tmp_path), CLOCK) as archive:
        made = Desk(archive, tmp_path)
        yield made
        made.stick.close()


@pytest.mark.parametrize(
    ("kind", "codec"), [("mp4", "libx264"), ("avi", "libx264"), ("mpegts", "libx264"), ("avi", "mjpeg")]
)
async def test_a_file_comes_to_lie_where_its_clock_was_right(desk: Desk, kind: str, codec: str) -> None:
    answer = await desk.bring(stick_file(kind, codec), offset_s=90)
    assert answer.status_code == 201, answer.text
    ((begin, end),) = await desk.covered()
    assert begin == pytest.approx(-90, abs=0.2)
    assert end == pytest.approx(-86, abs=0.3)
    (segment,) = files_of(desk.folder / "volume")
    head = segment.read_bytes()[:4096]
    assert b'"origin":"imported"' in head
    assert b'"clock_offset_90k":8100000' in head
    assert len(await desk.archive.holds("gate")) == 1
    assert not list((desk.folder / "incoming").iterdir())
    assert desk.asked[0].action is MediaAction.IMPORT


async def test_what_cannot_be_is_refused(desk: Desk) -> None:
    good = stick_file()
    for data, query, status, says in (
        (b"no film at all" * 99, {}, 400, "cannot be read as video"),
        (b"", {}, 400, "cannot be read as video"),
        (good, {"from": "last night"}, 400, "not a time"),
        (good, {"offset_s": "ten"}, 400, "is not seconds"),
        (good, {"offset_s": "nan"}, 400, "is not seconds"),
        (good, {"camera": "../x"}, 400, "camera id"),
        (good, {"from": format_rfc3339(CLOCK.utc_90k() + 60 * HZ_90K)}, 400, "in the future"),
        (good, {"from": format_rfc3339(CLOCK.utc_90k() + 60 * HZ_90K), "offset_s": 3600}, 201, ""),
    ):
        answer = await desk.bring(data, **query)
        assert (answer.status_code, says in answer.text) == (status, True), answer.text
    again = await desk.bring(good, **{"from": format_rfc3339(CLOCK.utc_90k() + 60 * HZ_90K)}, offset_s=3600)
    assert again.status_code == 409
    desk.allowed = False
    assert (await desk.bring(good)).status_code == 403


async def test_what_a_court_had_deleted_is_not_brought_back(desk: Desk) -> None:
    assert (await desk.bring(stick_file())).status_code == 201
    (hold,) = await desk.archive.holds("gate")
    await desk.archive.remove_hold(hold.id)
    begin = BEGIN_90K - 60 * HZ_90K
    order = DeleteByOrder(id="a" * 16, number="12/Pid", camera="gate", from_90k=begin, to_90k=begin + 120 * HZ_90K)
    assert (await desk.archive.delete_by_order(order)).deleted
    answer = await desk.bring(stick_file())
    assert (answer.status_code, "a court had footage of that time deleted" in answer.text) == (409, True)
    assert await desk.covered() == []


async def test_a_file_that_is_cut_short_gives_what_it_has(desk: Desk) -> None:
    data = stick_file("mpegts")
    assert (await desk.bring(data[: len(data) // 2])).status_code == 201
    ((begin, end),) = await desk.covered()
    assert begin == pytest.approx(0, abs=0.2)
    assert 1 < end < 3.5
