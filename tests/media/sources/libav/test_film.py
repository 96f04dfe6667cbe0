"""A whole film as access units, with the B-frames of real footage."""

import itertools
from pathlib import Path

import pytest

from ronda.media.sources.contract import SourceFailed
from ronda.media.sources.libav.film import film_units


def test_b_frames_come_in_decoding_order_with_their_times(shared_assets: Path) -> None:
    units = list(film_units(shared_assets / "videos" / "one-by-one-person-detection.mp4"))
    assert len(units) == 1394
    assert units[0].keyframe
    assert units[0].encoding is not None
    assert all(later.dts_90k > earlier.dts_90k for earlier, later in itertools.pairwise(units))
    assert any(later.pts_90k < earlier.pts_90k for earlier, later in itertools.pairwise(units))
    assert all(unit.encoding is None for unit in units[1:])


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.mp4"
    path.write_text("not a film")
    with pytest.raises(SourceFailed):
        list(film_units(path))
