"""Video files: pictures with times out of them, and pictures into them."""

import io
from pathlib import Path

import av
import numpy as np
import pytest

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.video_file import FileWriter, VideoFile


def film(path: Path, seconds: float = 2.0, rate: int = 25, size: tuple[int, int] = (320, 180)) -> Path:
    """Write pictures that grow brighter."""
    with path.open("wb") as file, FileWriter(file) as writer:
        for index in range(round(seconds * rate)):
            rgb = np.full((size[1], size[0], 3), 40 + index, np.uint8)
            writer.write(rgb, index * HZ_90K // rate)
    return path


def test_pictures_come_with_their_times(tmp_path: Path) -> None:
    with VideoFile(film(tmp_path / "a.mp4"), 160) as file:
        found = list(file.pictures())
    assert [one.at_90k for one in found] == [index * 3600 for index in range(50)]
    assert found[0].rgb.shape == (90, 160, 3)
    assert found[0].full_wh == (320, 180)
    assert found[0].keyframe
    assert np.median(found[-1].rgb) == pytest.approx(89, abs=4)


@pytest.mark.parametrize(("rate", "many"), [(5, 10), (10, 20), (12.5, 25), (60, 50)])
def test_they_are_thinned_evenly(tmp_path: Path, rate: float, many: int) -> None:
    with VideoFile(film(tmp_path / "a.mp4"), 320) as file:
        times = np.array([one.at_90k for one in file.pictures(rate)]) / HZ_90K
    assert len(times) == pytest.approx(many, abs=1)
    assert np.diff(times).max() <= 1 / min(rate, 25) + 0.041


def test_samples_come_from_all_over_and_the_file_begins_anew(tmp_path: Path) -> None:
    with VideoFile(film(tmp_path / "a.mp4", 4), 320) as file:
        times = [one.at_90k for one in file.samples(8, 60)]
        assert len(times) == 8
        assert times[-1] > 3 * HZ_90K
        assert next(file.pictures()).at_90k == 0


def test_a_file_that_is_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    whole = tmp_path / "a.ts"
    with av.open(str(whole), "w", format="mpegts") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        chance = np.random.default_rng(0)
        for _ in range(50):
            noise = chance.integers(0, 255, (180, 320, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(noise, "rgb24")))
        container.mux(stream.encode())
    data = whole.read_bytes()
    whole.write_bytes(data[: len(data) // 2])
    with VideoFile(whole, 320) as file:
        assert 10 < len(list(file.pictures())) < 45


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with pytest.raises(BadInput, match="not there"):
        VideoFile(path, 320)
    path.write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(BadInput, match="no video that can be read"):
        VideoFile(path, 320)
    path.write_bytes(film(tmp_path / "b.mp4").read_bytes()[:3000])
    with pytest.raises((BadInput, CannotDecode)):
        list(VideoFile(path, 320).pictures())
    with pytest.raises(BadInput, match="no file"):
        VideoFile(tmp_path, 320)


def test_sound_alone_has_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(BadInput, match="no picture in it"):
        VideoFile(path, 320)


def test_a_writer_leaves_out_what_is_out_of_order() -> None:
    held = io.BytesIO()
    with FileWriter(held) as writer:
        for at_90k in (0, 9000, 4500, 9000, 18_000):
            writer.write(np.zeros((90, 160, 3), np.uint8), at_90k)
    with av.open(io.BytesIO(held.getvalue()), "r") as container:
        assert sum(1 for _ in container.decode(video=0)) == 3
