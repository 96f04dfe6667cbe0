"""When something moved at a camera, told by how large its coded pictures are: no picture is decoded.

What an encoder writes between keyframes is what changed. Where pictures suddenly take far more bytes than pictures as
long after a keyframe usually take in these minutes, something moved (or the light changed). Only the heads of fragments
are read, some 20 ms for five minutes. Blocking: called in the disk pool. A camera with a fixed bitrate shows less of
it, and where something always moves nothing stands out.
"""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final, NamedTuple

from ronda.archive.reading.footage import Footage, SegmentPlace
from ronda.base.time import HZ_90K
from ronda.media.fmp4.errors import BadMp4

_SIGMA: Final = 1.4826
"""Standard deviations in a median absolute deviation of what is normally distributed."""
_STANDS_OUT: Final = 4.0
_LEAST: Final = 0.7
"""Share of the usual size by which a second's pictures must be larger, however evenly a camera codes."""
_FEWEST_S: Final = 20
"""In fewer seconds nobody can say what is usual."""
_JOINED_S: Final = 4
_SETTLING_S: Final = 2
"""After an encoder starts its pictures are large whatever moves."""


class Sized(NamedTuple):
    """A picture that is no keyframe: when it is of, the how manieth it is after one, its bytes."""

    at_90k: int
    place: int
    size: int


def motion(footage: Footage, camera: str, profile: str, from_90k: int, to_90k: int) -> list[tuple[int, int]]:
    """Return from when to when (timeline time) something moved within a range, in order.

    A file that cannot be read has no motion: it is what a check of the archive finds.
    """
    found: list[tuple[int, int]] = []
    for place in footage.segments(camera, profile, from_90k, to_90k):
        for start_90k, end_90k in bursts(compared(_pictures(place))):
            if start_90k >= from_90k and start_90k < to_90k:
                found.append((start_90k, end_90k))
    return _joined(found)


def bursts(sizes: Mapping[int, float]) -> list[tuple[int, int]]:
    """Return the stretches in `utc_90k` in which pictures are far larger than they usually are.

    Args:
        sizes: How large the pictures of each UTC second are, compared with what is usual; in any unit.
    """
    if len(sizes) < _FEWEST_S:
        return []
    usual = median(sizes.values())
    spread = _SIGMA * median(abs(size - usual) for size in sizes.values())
    bound = usual + max(_STANDS_OUT * spread, _LEAST * usual)
    loud = [second for second in sorted(sizes) if sizes[second] > bound]
    return _joined([(second * HZ_90K, (second + 1) * HZ_90K) for second in loud])


def compared(pictures: Sequence[Sized]) -> dict[int, float]:
    """Return, by UTC second, the bytes of its pictures as a multiple of what pictures in their place usually take.

    Encoders spend their bytes unevenly, and the same way after each keyframe: compared is with that place only.
    """
    places: dict[int, list[int]] = {}
    for one in pictures:
        places.setdefault(one.place, []).append(one.size)
    usual = {place: median(sizes) for place, sizes in places.items()}
    seconds: dict[int, list[Sized]] = {}
    for one in pictures:
        seconds.setdefault(one.at_90k // HZ_90K, []).append(one)
    return {
        second: sum(one.size for one in those) / max(1.0, sum(usual[one.place] for one in those))
        for second, those in seconds.items()
    }


def _pictures(place: SegmentPlace) -> list[Sized]:
    found: list[Sized] = []
    after = 0
    try:
        with place.open() as reader:
            for fragment in reader.fragments(len(reader.head().init)):
                at_90k = place.start_90k + fragment.header.base_90k
                for sample in fragment.header.samples:
                    after = 0 if sample.keyframe else after + 1
                    if after and at_90k >= place.start_90k + _SETTLING_S * HZ_90K:
                        found.append(Sized(at_90k, after, sample.size))
                    at_90k += sample.duration_90k
    except (OSError, BadMp4):
        return []
    return found


def _joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in stretches:
        if joined and start - joined[-1][1] <= _JOINED_S * HZ_90K:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
