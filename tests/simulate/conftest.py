import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ronda.media.access_unit import Codec
from ronda.simulate.build import loop_files
from ronda.simulate.city import cameras
from ronda.simulate.city import cameras as laid_out
from ronda.simulate.encode import Quality, write_film
from ronda.simulate.scenes.film import Film, Scene, turned
from ronda.simulate.scenes.places import PLACES
from ronda.simulate.scenes.site import Look
from ronda.simulate.server import Simulator, SimulatorOptions


@pytest.fixture(scope="session")
def office_loop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A short loop of a real scene, small: its film and its truth."""
    folder = tmp_path_factory.mktemp("office")
    main, truth = folder / "main.mp4", folder / "truth.json"
    film_of(office(3.0), main, truth)
    return main, truth


@pytest.fixture(scope="session")
def turned_loop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the same camera sees when somebody has turned it."""
    folder = tmp_path_factory.mktemp("turned")
    film_of(turned(office(1.0), 38), folder / "main.mp4", folder / "truth.json")
    return folder / "main.mp4"


def office(period_s: float) -> Scene:
    return PLACES["office"](Look(seed=61, lettering="KEL. KRAPYAK", width=640, height=360, period_s=period_s))


def film_of(scene: Scene, main: Path, truth: Path) -> None:
    """Write a small film of a scene."""
    quality = Quality(Codec.H264, 640, 360, 12, 600_000, gop_s=1.0)
    for _ in write_film(Film(scene, 12, scale=1.0), {main: quality}, truth):
        pass


@pytest.fixture(scope="session")
def filled_cache(tmp_path_factory: pytest.TempPathFactory, office_loop: tuple[Path, Path], turned_loop: Path) -> Path:
    """A cache in which every camera's loop is the short one, so that no test waits for the whole city."""
    cache = tmp_path_factory.mktemp("loops")
    for camera in cameras():
        for film, turned_view in ((office_loop[0], False), (turned_loop, True)):
            files = loop_files(camera, cache, turned_view=turned_view)
            for path in (files.main, files.sub):
                path.hardlink_to(film)
            files.truth.write_text("{}")
    return cache


@asynccontextmanager
async def simulating(
    cache: Path, cameras: int = 24, control: bool = False, at_once: int = 64
) -> AsyncIterator[Simulator]:
    await asyncio.to_thread(laid_out, cameras, 1)
    options = SimulatorOptions(cache, cameras, rtsp_port=0, control_port=0 if control else None, at_once=at_once)
    simulator = Simulator(options)
    async with simulator.running():
        yield simulator
