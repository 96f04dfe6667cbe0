import io
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from ronda.simulate.loops import Loop, read_loop


def encode_film(path: Path, codec: str = "libx264", pictures: int = 24, rate: int = 12, noise: int = 0) -> None:
    """A grey ramp with a bright square that moves 8 pixels a picture; a keyframe each 12."""
    buffer = io.BytesIO()
    generator = np.random.default_rng(7)
    options = {"preset": "ultrafast", "x264-params": "bframes=0:keyint=12:min-keyint=12:scenecut=0"}
    if codec == "libx265":
        options = {"preset": "ultrafast", "x265-params": "bframes=0:keyint=12:min-keyint=12:scenecut=0:log-level=none"}
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream(codec, rate=rate, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 192, "yuv420p"
        for index in range(pictures):
            image = np.full((192, 320, 3), 60, np.uint8)
            if noise:
                image += generator.integers(0, noise, image.shape, dtype=np.uint8)
            image[60:100, index * 8 % 280 : index * 8 % 280 + 40] = 220
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, "rgb24")))
        container.mux(stream.encode())
    path.write_bytes(buffer.getvalue())


@pytest.fixture(scope="session")
def film_h264(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "h264.mp4"
    encode_film(path)
    return path


@pytest.fixture(scope="session")
def film_h265(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "h265.mp4"
    encode_film(path, "libx265")
    return path


@pytest.fixture(scope="session")
def film_noisy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "noisy.mp4"
    encode_film(path, noise=120)
    return path


@pytest.fixture
def loop_h264(film_h264: Path) -> Loop:
    return read_loop(film_h264)
