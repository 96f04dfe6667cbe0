"""A line in the corner of a picture: it is there, in grey, and the rest of the picture stays as it is."""

import av
import numpy as np
import pytest

from ronda.media.codec.caption import Caption


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (160, 96), (32, 16)])
def test_it_stands_in_the_corner_and_nowhere_else(width: int, height: int) -> None:
    planes = np.full((height * 3 // 2, width), 90, np.uint8)
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    shown = np.array(Caption("SALINAN DENGAN PENYAMARAN - 2026-0012").on(frame).to_ndarray(), np.uint8)
    changed = shown[:height] != 90
    rows, columns = np.nonzero(changed)
    assert rows.max() == height - 1
    assert columns.min() == 0
    assert height - rows.min() <= max(16, height // 10)
    band = shown[rows.min() : height, : columns.max() + 1]
    assert np.mean(band < 40) > 0.3
    if width > 32:
        assert band.max() > 150, "no letters are on it"
    assert (shown[height:] != 90).any()
    assert (shown[: rows.min()] == 90).all()
