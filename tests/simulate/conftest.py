from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ronda.media.access_unit import Codec
from ronda.simulate.build import loop_files
from ronda.simulate.city import cameras
from ronda.simulate.encode import Quality, write_film
from ronda.simulate.scenes.film import Film
from ronda.simulate.scenes.places import PLACES
from ronda.simulate.scenes.site import Look
from ronda.simulate.server import Simulator, SimulatorOptions


@pytest.fixture(scope="session")
def office_loop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A short loop of a real scene, small: its film and its truth."""
    folder = tmp_path_factory.mktemp("office")
    look = Look(seed=61, lettering="KEL. KRAPYAK", width=640, height=360, period_s=4.0)
    film = Film(PLACES["office"](look), 12, scale=1.0)
    main, truth = folder / "main.mp4", folder / "truth.json"
    for _ in write_film(film, {main: Quality(Codec.H264, 640, 360, 12, 600_000)}, truth):
        pass
    return main, truth


@pytest.fixture(scope="session")
def filled_cache(tmp_path_factory: pytest.TempPathFactory, office_loop: tuple[Path, Path]) -> Path:
    """A cache in which every camera's loop is the short one, so that no test waits for the whole city."""
    cache = tmp_path_factory.mktemp("loops")
    for camera in cameras():
        for turned in (False, True):
            files = loop_files(camera, cache, turned_view=turned)
            for path in (files.main, files.sub):
                path.write_bytes(office_loop[0].read_bytes())
            files.truth.write_text("{}")
    return cache


@asynccontextmanager
async def simulating(cache: Path, cameras: int = 24, control: bool = False) -> AsyncIterator[Simulator]:
    options = SimulatorOptions(cache, cameras, rtsp_port=0, control_port=0 if control else None)
    simulator = Simulator(options)
    async with simulator.running():
        yield simulator
