"""Damaged films: whatever is wrong with them is a failed source, and nothing worse."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from tests.media.sources.libav.films import film

from ronda.media.access_unit import AccessUnit
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceFailed
from ronda.media.sources.libav.axis import Axis
from ronda.media.sources.libav.containers import Interruption, opened
from ronda.media.sources.libav.reading import reader_for
from ronda.media.sources.libav.transcoding import Transcoders

FILMS = {
    "mp4": ("libx264", {"bf": "2", "b_strategy": "0"}),
    "ts": ("libx264", {}),
    "mkv": ("libx265", {"x265-params": "log-level=none:pools=1"}),
    "avi": ("mpeg4", {}),
    "webm": ("libvpx", {"deadline": "realtime"}),
}


def read(path: Path) -> list[AccessUnit]:
    """Read a film to its end as a source's thread does, without waiting."""
    transcoders, axis, units = Transcoders(1), Axis(), []
    with opened(StreamAddress.parse(f"file://{path}"), Interruption()) as container:
        reader = reader_for(container, transcoders)
        try:
            reader.begin(container)
            for packet in container.container.demux(container.video):
                for timed in reader.read(packet, 0) if packet.size else ():
                    pts, dts, jumped = axis.place(timed.pts_90k, timed.dts_90k)
                    picture = timed.picture
                    units.append(AccessUnit(picture.data, pts, dts, 0.0, picture.keyframe, picture.encoding, jumped))
        finally:
            reader.close()
    assert transcoders.active == 0
    return units


def test_an_encoder_that_changes_its_size_in_mid_stream(tmp_path: Path) -> None:
    small = film(tmp_path / "small.flv", pictures=50).read_bytes()
    large = film(tmp_path / "large.flv", pictures=50, size=(640, 480)).read_bytes()
    both = tmp_path / "both.flv"
    both.write_bytes(small + large[13:])  # the second without the file's header, as RTMP would send it
    units = read(both)
    changes = [(index, unit.encoding.width) for index, unit in enumerate(units) if unit.encoding]
    assert changes == [(0, 320), (50, 640)]
    assert [index for index, unit in enumerate(units) if unit.discontinuity] == [50]
    assert units[50].keyframe


def cut(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def flip(random: Random, data: bytes) -> bytes:
    spoiled = bytearray(data)
    for _ in range(random.randrange(1, 40)):
        spoiled[random.randrange(len(spoiled))] = random.randrange(256)
    return bytes(spoiled)


def leave_out(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at + random.randrange(1, 600) :]


@pytest.mark.parametrize("damage", [cut, flip, leave_out])
@pytest.mark.parametrize("kind", FILMS)
def test_damaged_films(tmp_path: Path, kind: str, damage: Callable[[Random, bytes], bytes]) -> None:
    encoder, options = FILMS[kind]
    whole = film(tmp_path / f"whole.{kind}", encoder, pictures=12, size=(160, 128), options=options)
    assert len(read(whole)) >= 10
    spoiled = tmp_path / f"spoiled.{kind}"
    random = Random(f"{kind} {damage.__name__}")
    for _ in range(12):
        spoiled.write_bytes(damage(random, whole.read_bytes()))
        try:
            units = read(spoiled)
        except SourceFailed as error:
            assert str(error)
            continue
        last: int | None = None
        for unit in units:
            assert unit.discontinuity or last is None or unit.dts_90k > last
            last = unit.dts_90k
