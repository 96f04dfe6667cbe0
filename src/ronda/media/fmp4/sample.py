"""What an MP4 says about one picture."""

from typing import NamedTuple


class Sample(NamedTuple):
    """One picture in a track.

    Attributes:
        size: Bytes of its data.
        duration_90k: Ticks from its decoding time to the next one's.
        composition_offset_90k: Presentation minus decoding time; may be negative.
        keyframe: A decoder can start here.
    """

    size: int
    duration_90k: int
    composition_offset_90k: int
    keyframe: bool
