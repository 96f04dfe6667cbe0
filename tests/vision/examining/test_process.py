"""The examining process as a node starts it: a real clip, a real order, and what is wrong with wrong ones."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from tests.vision.examining.passing import TALL, TEXT, write_clip
from tests.vision.likeness.test_embedder import drawn_look, put

from ronda.base.errors import BadInput, NotFound
from ronda.media.codec.errors import CannotDecode
from ronda.vision.examining.clip import examine
from ronda.vision.examining.order import Order, read_order
from ronda.vision.likeness.embedder import HEAD
from ronda.vision.likeness.looks import unpacked

START = 1_000_000_000_000


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "passing.mp4")


def run(order: str) -> tuple[int, list[dict[str, Any]], str]:
    """Run the process; return its status, the lines it said and its complaint."""
    command = (sys.executable, "-m", "ronda.vision.examining")
    done = subprocess.run(command, input=order, capture_output=True, text=True, check=False, timeout=100)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_a_vehicle_is_found_with_its_plate_and_look(clip: Path, tmp_path: Path) -> None:
    put(tmp_path / "models", drawn_look(), head=HEAD, classes=["car"])
    out = tmp_path / "out"
    order = {"clip": str(clip), "out": str(out), "start_90k": START, "models": str(tmp_path / "models")}
    more = {"plates": True, "likeness": True, "eye": "builtin", "rate": 8.0, "most": 500}
    status, lines, _ = run(json.dumps(order | more))
    assert status == 0
    assert lines[-1] == {"found": 1}
    shares = [line["done"] for line in lines[:-1]]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.1 < 0.9 < shares[-1] <= 1
    (one,) = json.loads((out / "found.json").read_text())
    assert (one["n"], one["direction"]) == (1, "right")
    assert one["label"] in ("car", "bus-or-truck")
    assert START < one["begun_90k"] <= one["best_90k"] <= one["ended_90k"] < START + 10 * 90_000
    assert (one["plate"]["text"], one["plate"]["kind"]) == (TEXT, "private")
    assert one["plate"]["readings"] >= 2
    assert TEXT not in one["plate"]["alternatives"]
    assert one["plate"]["confidence"] > 0.8
    assert one["plate"]["height_px"] == pytest.approx(TALL, rel=0.3)
    assert one["likeness_model"].startswith("own@")
    assert unpacked(one["likeness"]).shape == (32,)
    picture, plate = (cv2.imread(str(out / name)) for name in ("1.jpg", "1-plate.jpg"))
    assert picture is not None
    assert plate is not None
    assert plate.shape[1] > 2 * plate.shape[0] > 100
    left, top, right, low = one["xyxy"]
    dark = picture[int(top * picture.shape[0]) : int(low * picture.shape[0])].mean(2) < 60
    assert dark[:, int(left * picture.shape[1]) : int(right * picture.shape[1])].mean() > 0.5, "the vehicle is there"


def test_what_is_painted_over_is_not_found_and_likeness_says_that_it_needs_a_model(clip: Path, tmp_path: Path) -> None:
    everything = (((0.0, 0.2), (1.0, 0.2), (1.0, 1.0), (0.0, 1.0)),)
    order = Order(clip=clip, out=tmp_path, models=tmp_path / "none", plates=False, rate=4, masks=everything)
    outcome = examine(order)
    assert (list(outcome.found), outcome.needs_model, outcome.left_out) == ([], True, 0)


def test_wrong_orders_and_clips_say_what_is_wrong(clip: Path, tmp_path: Path) -> None:
    status, lines, problem = run(json.dumps({"clip": str(tmp_path / "gone.mp4"), "out": "x", "models": "y"}))
    assert (status, lines) == (1, [])
    assert problem.strip().endswith("gone.mp4 is not there: name a video file")
    order = Order(clip=clip, out=tmp_path / "out", models=tmp_path, eye="picodet_s_416")
    with pytest.raises(NotFound, match=r"there is no eye 'picodet_s_416'.*ronda models add"):
        examine(order)
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(clip.read_bytes()[:5000])
    with pytest.raises(BadInput, match="no video that can be read"):
        examine(order.model_copy(update={"clip": torn, "eye": "builtin"}))
    assert not (tmp_path / "out").exists()


def test_a_clip_whose_pictures_are_damaged_is_examined_as_far_as_it_goes(clip: Path, tmp_path: Path) -> None:
    broken = bytearray(clip.read_bytes())
    at = broken.find(b"mdat") + 4
    middle = at + (len(broken) - at) // 2
    broken[middle : middle + 3000] = np.random.default_rng(1).bytes(3000)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(broken)
    order = Order(clip=damaged, out=tmp_path, models=tmp_path, plates=False, likeness=False, rate=4)
    outcome = examine(order)
    assert 1 <= len(outcome.found) <= 2
    assert not outcome.needs_model
    broken[at : len(broken) - 100] = bytes(len(broken) - 100 - at)
    damaged.write_bytes(broken)
    with pytest.raises((CannotDecode, BadInput)):
        examine(order)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "invalid json"),
        ("{}", "clip: field required"),
        ('{"clip": "a", "out": "b", "models": "c", "rate": 0}', "rate: input should be greater than 0"),
        ('{"clip": "a", "out": "b", "models": "c", "most": 0}', "most:"),
        ('{"clip": "a", "out": "b", "models": "c", "faces": true}', "faces: extra inputs"),
    ],
)
def test_an_order_that_is_none_says_where(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_order(text)
