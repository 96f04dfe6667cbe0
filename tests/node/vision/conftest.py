"""A node whose cameras show a moving bar, with a worker that finds it, and a centre that is this test."""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from tests.media.pictures import Film, picture
from tests.node.conftest import Town, open_town, until
from tests.node.conftest import spec as plain_spec

from ronda.base.errors import Busy
from ronda.bus.contract import CameraSpec, Done, RecordingMode, Watching, centre_subject
from ronda.bus.memory import MemoryBus
from ronda.bus.observations import OBSERVATIONS, MinuteCount, ObservationBatch, ObservationGap, SeenSign, SeenTrack
from ronda.media.access_unit import Codec
from ronda.node.vision.settings import VisionSettings
from ronda.node.vision.vision import Vision
from ronda.simulate.encode import Quality, write_pictures

ROOT = Path(__file__).resolve().parent.parent.parent.parent


@pytest.fixture(scope="session")
def bars(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a film of four seconds in which a bar passes twice; a keyframe each second."""
    path = tmp_path_factory.mktemp("bars") / "bars.mp4"
    film = Film(pictures=100, width=320, height=180)

    def pictures() -> Iterator[np.ndarray]:
        for number in range(film.pictures):
            frame = av.VideoFrame.from_ndarray(picture(film, number * 2), format="rgb24")
            yield frame.reformat(format="yuv420p").to_ndarray()

    write_pictures(path, Quality(Codec.H264, film.width, film.height, 25, 300_000, gop_s=1.0), pictures())
    return f"file://{path}"


def settings(folder: Path, **more: Any) -> VisionSettings:
    command = (sys.executable, "-m", "tests.vision.worker.bar_process")
    quick = {"gather_s": 0.5} | more
    return VisionSettings(folder / "sightings", folder / "models", command=command, nice=0, **quick)


def spec(id: str, url: str, tier: str = "count", **document: Any) -> CameraSpec:
    """A camera that is not recorded, and looked at."""
    seen = Watching.model_validate({"tier": tier, "eye": "bar", "document": document})
    return plain_spec(id, url, RecordingMode.OFF).model_copy(update={"vision": seen})


@dataclass
class Centre:
    """Takes batches, or refuses for a while."""

    batches: list[ObservationBatch] = field(default_factory=list)
    refuses: bool = False

    async def take(self, batch: ObservationBatch) -> Done:
        if self.refuses:
            raise Busy("not now")
        self.batches.append(batch)
        return Done()

    @property
    def counts(self) -> list[MinuteCount]:
        return [one for batch in self.batches for one in batch.counts]

    @property
    def gaps(self) -> list[ObservationGap]:
        return [one for batch in self.batches for one in batch.gaps]

    @property
    def signs(self) -> list[SeenSign]:
        return [one for batch in self.batches for one in batch.signs]

    @property
    def tracks(self) -> list[SeenTrack]:
        return [one for batch in self.batches for one in batch.tracks]


@asynccontextmanager
async def looking(folder: Path, *cameras: CameraSpec, **more: Any) -> AsyncIterator[tuple[Town, Vision, Centre]]:
    """A node that looks."""
    bus, centre = MemoryBus(), Centre()
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        async with (
            bus.serve(centre_subject(OBSERVATIONS), ObservationBatch, centre.take),
            open_town(folder, *cameras, vision=settings(folder, **more), bus=bus) as town,
        ):
            assert town.node.vision is not None
            yield town, town.node.vision, centre
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


__all__ = ["until"]
