"""`ronda analyse`: real footage counted; files whole or not there; errors that name the thing and the mend."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import pytest
from click.testing import CliRunner

from ronda.base.errors import RondaError
from ronda.cli.main import ronda

STREET = '{eye}size = [640, 352]\n[[lines]]\nname = "main"\nstart = [190, 200]\nend = [640, 200]\n'


def config(folder: Path, text: str = STREET, eye: str = "") -> Path:
    path = folder / "street.toml"
    path.write_text(text.replace("{eye}", f'eye = "{eye}"\n' if eye else ""))
    return path


def run(*arguments: object) -> str:
    done = CliRunner().invoke(ronda, ["analyse", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_eight_vehicles_come_down_the_street(shared_assets: Path, tmp_path: Path) -> None:
    video, out = shared_assets / "videos/street-corner-1.mp4", tmp_path / "out.json"
    said = run(video, "--config", config(tmp_path), "--json", out)
    assert "main down: 8" in said
    found = json.loads(out.read_text())
    assert found["eye"]["id"] == "builtin"
    assert found["counts"]["main"]["down"]["total"] == 8
    assert found["counts"]["main"]["up"] == {"total": 0}
    assert [round(one["at_s"]) for one in found["passages"]][-1] == pytest.approx(29, abs=1)
    assert found["video"]["length_s"] == pytest.approx(37.7, abs=0.1)
    assert sum(one["count"] for one in found["minutes"]) == 8


def test_a_models_folder_is_an_eye(shared_assets: Path, tmp_path: Path) -> None:
    video = shared_assets / "videos/car-detection.mp4"
    text = STREET.replace("640, 352", "768, 432").replace("[190, 200]", "[0, 216]").replace("[640, 200]", "[768, 216]")
    eye = shared_assets / "models/person-vehicle-bike-detection-2000"
    drawn = tmp_path / "out.mp4"
    given = ("--config", config(tmp_path, text), "--json", "-", "--annotate", drawn, "--eye", eye, "--fps", 5)
    said = run(video, *given)
    found = json.loads(said[said.index("{") : said.rindex("}") + 1])
    assert {way: many["total"] for way, many in found["counts"]["main"].items()} == {"down": 2, "up": 2}
    assert found["eye"]["id"] == "person-vehicle-bike-detection-2000"
    with av.open(str(drawn)) as container:
        assert container.streams.video[0].width == 768
        assert sum(1 for _ in container.decode(video=0)) == found["video"]["looked_at"]


def refused(*arguments: object) -> str:
    with pytest.raises(RondaError) as raised:
        run(*arguments)
    return str(raised.value)


def test_wrong_input_is_named(shared_assets: Path, tmp_path: Path) -> None:
    video, good, out = shared_assets / "videos/car-detection.mp4", config(tmp_path), tmp_path / "out.json"
    assert "is not there" in refused(tmp_path / "no.mp4", "--config", good, "--json", out)
    assert "cannot be read" in refused(video, "--config", tmp_path / "no.toml")
    assert "there is no eye 'yolo'" in refused(video, "--config", good, "--eye", "yolo")
    assert "cannot be written" in refused(video, "--config", good, "--json", tmp_path / "no" / "out.json")
    assert "is a folder" in refused(video, "--config", good, "--json", tmp_path)
    assert "named twice" in refused(video, "--config", good, "--json", out, "--annotate", out)
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(video.read_bytes()[:1_000])
    assert "torn.mp4" in refused(torn, "--config", good, "--json", out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["street.toml", "torn.mp4"]


def test_a_file_that_is_cut_off_is_analysed_as_far_as_it_goes(shared_assets: Path, tmp_path: Path) -> None:
    cut, out = tmp_path / "cut.mp4", tmp_path / "out.json"
    cut.write_bytes((shared_assets / "videos/car-detection.mp4").read_bytes()[:900_000])
    said = run(cut, "--config", config(tmp_path), "--json", out, "--fps", 3)
    assert "is it whole?" in said
    assert 10 < json.loads(out.read_text())["video"]["ends_early_s"] < 28


def test_who_is_interrupted_leaves_no_half_file(shared_assets: Path, tmp_path: Path) -> None:
    video, out, drawn = (
        shared_assets / "videos/one-by-one-person-detection.mp4",
        tmp_path / "o.json",
        tmp_path / "o.mp4",
    )
    command = [sys.executable, "-m", "ronda", "analyse", str(video), "--config", str(config(tmp_path))]
    process = subprocess.Popen(
        [*command, "--json", str(out), "--annotate", str(drawn)],
        env=os.environ | {"RONDA_DATA": str(tmp_path / "data")},
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 60
    while not list(tmp_path.glob(".o.mp4*")) and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["street.toml"]
