"""A camera that counts masks: its main profile is looked at, and no picture of who passes is written anywhere."""

from pathlib import Path
from typing import Any

import pytest
from tests.node.conftest import until
from tests.node.vision.conftest import looking, spec

from ronda.bus.contract import CameraSpec
from ronda.node.vision.feed import Feed
from ronda.node.vision.told import eye_id, sight
from ronda.node.vision.vision import _eyes_of
from ronda.vision.objects import FaceClass, ObjectClass
from ronda.vision.worker.messages import Boxed, Counted, EyeTold, SeenTold

MASKS = {"masks": [{"zone": "gate"}]}


def with_sub(id: str, **document: Any) -> CameraSpec:
    return spec(id, "file:///main.mp4", **document).model_copy(update={"sub_url": "file:///sub.mp4"})


async def test_no_picture_is_written_of_what_passes_there(tmp_path: Path, bars: str) -> None:
    async with looking(tmp_path, spec("gate", bars, private=True)) as (_, vision, centre):
        await until(lambda: centre.tracks, 30)
        await until(lambda: sum(count.count for count in centre.counts) >= 2, 30)
        assert centre.tracks[0].best is None
        assert (centre.tracks[0].colour, centre.tracks[0].direction) == ("yellow", "right"), "the rest is told"
    assert not [path for path in (tmp_path / "sightings").rglob("*") if path.is_file()]
    assert vision.sightings.dropped == 0


@pytest.mark.parametrize(("document", "profile"), [(MASKS, "main"), ({}, "sub"), ({"masks": []}, "sub")])
async def test_small_faces_need_the_main_profile(tmp_path: Path, document: dict[str, object], profile: str) -> None:
    async with looking(tmp_path) as (town, _, _):
        feed = Feed(with_sub("gate", **document), town.node.streams, lambda _message, _payload: True)
        assert feed.profile == profile


def test_a_model_that_comes_concerns_the_cameras_whose_rules_name_it() -> None:
    assert _eyes_of(with_sub("gate", **MASKS)) == {"bar", "face_yunet_2026may", "face_mask_aizoo"}


def test_masks_are_not_told_to_who_watches_live() -> None:
    by = EyeTold(id="bar", title="Bar", version="1")
    masks = Counted(line="gate", direction="", label=FaceClass.MASKED, track=0, at_90k=1, eye=by)
    box = Boxed(track=1, label=ObjectClass.PERSON, xyxy=(0, 0, 1, 1))
    seen = sight(SeenTold(camera="gate", at_90k=1, eye=by, boxes=(box,), counts=(masks,)), eye_id(by))
    assert (len(seen.boxes), seen.passed) == (1, ())
