"""`ronda import footage`: what a recorder wrote onto a stick lies where its clock was wrong by so much, and plays."""

from pathlib import Path

import av
from tests.cli.conftest import Ronda
from tests.node.fetching.test_stick import stick_file

from ronda.base.time import HZ_90K, SystemClock, format_rfc3339

ADD = ("camera", "add", "gate", "--url", "rtsp://warga:rahasia@127.0.0.1:1/live", "--name", "Gerbang", "--days", "30")
BEGIN_90K = (SystemClock().utc_90k() // HZ_90K - 7200) * HZ_90K


def moment(seconds: float) -> str:
    return format_rfc3339(BEGIN_90K + round(seconds * HZ_90K))


def test_two_files_of_a_stick_follow_one_another(ronda: Ronda, tmp_path: Path) -> None:
    assert ronda(*ADD).status == 0
    files = [tmp_path / "ch01_1.mp4", tmp_path / "ch01_2.mp4"]
    for file in files:
        file.write_bytes(stick_file())
    said = ("--camera", "gate", "--start", moment(90), "--offset", "90")
    ended = ronda("import", "footage", *map(str, files), *said)
    assert ended.status == 0, ended.err
    assert f"{files[0]}: {moment(0)} to " in ended.out
    output = tmp_path / "clip.mp4"
    clip = ronda("clip", "gate", "--from", moment(-1), "--to", moment(7), "-o", str(output))
    assert clip.status == 0, clip.err
    with av.open(str(output)) as container:
        assert sum(1 for _ in container.decode(video=0)) > 160


def test_what_is_wrong_is_told(ronda: Ronda, tmp_path: Path) -> None:
    assert ronda(*ADD).status == 0
    said = ("--camera", "gate", "--start", moment(0), "--offset", "0")
    missing = ronda("import", "footage", str(tmp_path / "none.mp4"), *said)
    assert missing.status != 0
    assert "cannot be read" in missing.err
    text = tmp_path / "notes.txt"
    text.write_text("no film")
    assert "cannot be read as video" in ronda("import", "footage", str(text), *said).err
    nowhere = ronda("import", "footage", str(text), "--camera", "none", "--start", moment(0), "--offset", "0")
    assert "no camera" in nowhere.err
