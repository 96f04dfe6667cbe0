import asyncio
import time
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from ronda.base.time import SystemClock
from ronda.media.delivery.rtsp.presentation import Picture
from ronda.simulate.clock import HEIGHT, RATE, WIDTH, ClockPresentation
from ronda.simulate.clockcode import draw_code, draw_face, read_code


@pytest.mark.parametrize("moment", [0, 1, 1_795_345_678_901, 2**48 - 1])
@pytest.mark.parametrize("size", [(360, 640), (144, 256), (1080, 1920)])
def test_code_survives_scaling(moment: int, size: tuple[int, int]) -> None:
    luma = np.zeros((HEIGHT, WIDTH), np.uint8)
    draw_face(luma, moment, "12:00:00.000 UTC")
    draw_code(luma, moment)
    assert read_code(np.asarray(cv2.resize(luma, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)) == moment


def test_no_code_is_no_moment() -> None:
    assert read_code(np.full((360, 640), 90, np.uint8)) is None
    assert read_code(np.random.default_rng(1).integers(0, 256, (360, 640), dtype=np.uint8)) is None


def moment_of(frame: av.VideoFrame) -> tuple[int | None, int]:
    return read_code(np.asarray(frame.to_ndarray(format="gray"), np.uint8)), frame.pts or 0


class Watcher:
    def __init__(self, wanted: int) -> None:
        self.pictures: list[Picture] = []
        self.enough = asyncio.Event()
        self._wanted = wanted

    def picture(self, picture: Picture) -> None:
        self.pictures.append(picture)
        if len(self.pictures) == self._wanted:
            self.enough.set()

    def end(self) -> None:
        pass


async def test_clock_through_h264() -> None:
    clock = ClockPresentation(SystemClock())
    watcher = Watcher(30)
    before = time.time() * 1000
    clock.attach(watcher)
    await asyncio.wait_for(watcher.enough.wait(), 20)
    clock.detach(watcher)
    after = time.time() * 1000
    assert watcher.pictures[0].keyframe
    decoder = av.CodecContext.create("h264", "r")
    read: list[tuple[int | None, int]] = []
    for picture in watcher.pictures:
        units: list[bytes] = []
        for payload in picture.payloads:
            kind = payload[0] & 0x1F
            if kind == 28:
                if payload[1] & 0x80:
                    units.append(bytes([(payload[0] & 0xE0) | (payload[1] & 0x1F)]))
                units[-1] += payload[2:]
            elif kind == 24:
                at = 1
                while at < len(payload):
                    size = int.from_bytes(payload[at : at + 2])
                    units.append(payload[at + 2 : at + 2 + size])
                    at += 2 + size
            else:
                units.append(payload)
        packet = av.Packet(b"".join(b"\0\0\0\1" + unit for unit in units))
        packet.time_base, packet.pts = Fraction(1, 90_000), picture.pts_90k
        read += [moment_of(frame) for frame in decoder.decode(packet)]
    read += [moment_of(frame) for frame in decoder.decode(None)]
    assert len(read) == 30
    for moment, pts in read:
        assert moment is not None and before - 1 <= moment <= after
        assert moment == pts // 90
    assert RATE == 25
