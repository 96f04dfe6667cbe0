"""A node says which eyes it has; a camera whose model is missing says so, and is looked at once it is there."""

import asyncio
import shutil
from pathlib import Path

import pytest
from tests.node.conftest import until
from tests.node.vision.conftest import looking, spec
from tests.vision.models.drawn import known, write_catalogue, yolox

from ronda.base.errors import BadInput
from ronda.bus.contract import request_subject
from ronda.bus.eyes import EYES, AskEyes, EyesThere
from ronda.bus.memory import MemoryBus
from ronda.node.vision.eyes import Eyes
from ronda.vision.models.adding import add
from ronda.vision.models.card import catalogue
from ronda.vision.models.shelf import Shelf


def added(folder: Path) -> None:
    file = folder.parent / "drawn.onnx"
    file.write_bytes(yolox())
    write_catalogue(folder, known(yolox()))
    add(Shelf(folder, catalogue(folder)), file, None, "2026-11-21", replace=True)


async def test_a_node_says_which_eyes_it_has_as_they_are_now(tmp_path: Path) -> None:
    bus, models = MemoryBus(), tmp_path / "models"
    async with Eyes(models).serving("local", bus):

        async def told() -> dict[str, str]:
            answer = await bus.request(request_subject("local", EYES), AskEyes(), EyesThere)
            return {one.name: one.state for one in answer.eyes}

        assert list((await told()).items())[:2] == [("builtin", "ready"), ("builtin-geometry", "ready")]
        assert (await told())["yolox_nano"] == "not here"
        await asyncio.to_thread(added, models)
        assert (await told())["drawn"] == "ready"
        (models / "drawn" / "drawn.onnx").write_bytes(b"broken")
        assert (await told())["drawn"] == "damaged"
        (models / "catalogue.json").write_text("{")
        with pytest.raises(BadInput, match="as JSON"):
            await told()


async def test_a_camera_whose_model_goes_or_comes_says_so_and_is_looked_at_again(tmp_path: Path, bars: str) -> None:
    asked = spec("gate", bars)
    camera = asked.model_copy(update={"vision": asked.vision.model_copy(update={"eye": "drawn"})})
    async with looking(tmp_path, camera) as (_, vision, centre):
        await until(lambda: centre.gaps, 30)
        gap = centre.gaps[0]
        assert (gap.cause, gap.lasts) == ("no-eye", True)
        assert gap.problem.startswith("there is no eye 'drawn'")
        assert "`ronda models add`" in gap.problem
        assert vision.gaps == 1
        await asyncio.to_thread(added, tmp_path / "models")
        await until(lambda: centre.counts, 30)
        await until(lambda: centre.gaps[-1].lasts is False, 30)
        assert vision.gaps == 0
        await asyncio.to_thread(shutil.rmtree, tmp_path / "models" / "drawn")
        await until(lambda: vision.gaps == 1, 30)
        await until(lambda: centre.gaps[-1].lasts, 30)
        assert centre.gaps[-1].cause == "no-eye"
        assert "drawn" in centre.gaps[-1].problem
        assert vision.workers[0].counted.restarts == 0
