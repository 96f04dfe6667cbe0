"""What the demonstration counts comes from its pictures: without the simulator's truth the counts are the same."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from tests.vision.worker.seeing import asked, worker

from ronda.base.time import HZ_90K
from ronda.cli.demo_watching import WATCHING
from ronda.media.access_unit import AccessUnit, Codec, Encoding
from ronda.media.parameter_sets.encoding import encoding_of, read_decoder_configuration
from ronda.simulate.encode import Quality, write_film
from ronda.simulate.originals import SimulatedCamera, originals
from ronda.simulate.scenes.film import Film
from ronda.vision.configuration import Configuration
from ronda.vision.worker.messages import Stop
from ronda.vision.worker.tools import tools

CAMERA = "simpang-lima-1"
PERIOD_90K = 10 * HZ_90K
LOOPS = 3
STREETS = {"crossing": 7.4, "gang": 1.9}
"""Half the width of the street, in metres, by kind of place."""


def camera(id: str) -> SimulatedCamera:
    return next(one for one in originals() if one.id == id)


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The demonstration's camera, small: its film and its truth."""
    folder = tmp_path_factory.mktemp("loop")
    film, truth = folder / "main.mp4", folder / "truth.json"
    quality = Quality(Codec.H264, 640, 360, 12, 600_000)
    for _ in write_film(Film(camera(CAMERA).scene(640, 360), 12, scale=1.0), {film: quality}, truth):
        pass
    return film, truth


def played(film: Path) -> Iterator[tuple[AccessUnit, Encoding | None]]:
    """Yield the loop's pictures some times over, as a stream would; an encoding where a decoder begins."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        sets = read_decoder_configuration(Codec.H264, stream.codec_context.extradata or b"").parameter_sets
        units = [
            AccessUnit(bytes(one), one.pts * 90_000 // 12, one.dts * 90_000 // 12, 0.0, one.is_keyframe)
            for one in container.demux(stream)
            if one.size and one.pts is not None and one.dts is not None
        ]
        scale = stream.time_base
        assert scale is not None
        tick = float(scale) * 12
        units = [replace(one, pts_90k=round(one.pts_90k * tick), dts_90k=round(one.dts_90k * tick)) for one in units]
    for turn in range(LOOPS):
        for number, unit in enumerate(units):
            at = turn * PERIOD_90K
            moved = replace(unit, pts_90k=at + unit.pts_90k, dts_90k=at + unit.dts_90k)
            yield moved, encoding_of(Codec.H264, sets) if number == 0 else None


def counted(film: Path) -> Counter[tuple[str, str, str]]:
    """Return what a worker with the real eye counts, by line, direction and class."""
    with worker(tools(), width=640) as talk:
        talk.say(asked(CAMERA, eye="builtin", document=WATCHING[CAMERA]))
        for unit, encoding in played(film):
            talk.unit(CAMERA, unit, encoding)
            if unit.keyframe:
                talk.settle()
        talk.settle()
        talk.say(Stop())
        talk.end()
    eyes = {told.eye.id for told in talk.seen() if told.eye}
    assert eyes == {"builtin"}
    return Counter((one.line, one.direction, one.label.value) for told in talk.seen() for one in told.counts)


def test_counts_are_the_same_without_the_truth(loop: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    film, truth = loop
    with_truth = counted(film)
    assert sum(with_truth.values()) > 5
    assert {direction for _, direction, _ in with_truth} == {"ke utara", "ke selatan"}
    truth.unlink()
    for name in [name for name in sys.modules if name.startswith("ronda.simulate")]:
        monkeypatch.setitem(sys.modules, name, None)
    assert counted(film) == with_truth


@pytest.mark.parametrize("id", [id for id, document in WATCHING.items() if "counting" in document])
def test_lines_lie_across_the_street(id: str) -> None:
    one = camera(id)
    view, half = one.scene().view, STREETS[one.place]
    (line,) = Configuration.from_document(WATCHING[id]).lines
    ys = np.arange(2.0, 25.0, 0.1)
    edges = []
    for x, end in ((-half, line.start), (half, line.end)):
        pixels, _ = view.project(np.stack([np.full_like(ys, x), ys, np.zeros_like(ys)], axis=1))
        away = np.hypot(*(pixels / (view.width, view.height) - end).T)
        assert away.min() < 0.03, "the end lies on the street's edge"
        edges.append(ys[away.argmin()])
    assert abs(edges[0] - edges[1]) < 2.0, "it goes straight across"


@pytest.mark.parametrize("id", list(WATCHING))
def test_documents_are_in_order(id: str) -> None:
    camera(id)
    made = Configuration.from_document(WATCHING[id])
    assert made.tier in ("count", "watch")
    assert Configuration.from_document(made.document()) == made
