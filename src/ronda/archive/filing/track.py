"""One camera's profile as the writer thread sees it, and what readers may see of it."""

import zlib
from typing import Final

from ronda.archive.filing.segment import OpenSegment
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K

SEGMENT_90K: Final = 300 * HZ_90K
"""About how long one file is."""


class Track:
    """Written by the writer thread alone; `visible` and `gap` may be read from anywhere.

    Attributes:
        camera: Camera id.
        profile: Profile.
        segment: The file being written.
        visible: Segments that the index does not hold yet, in order.
        gap: Since when there is nothing, and why; None while pictures are written.
        failing: The disk refused its last file.
        rotate: The next keyframe starts a new file.
    """

    __slots__ = ("_segment_90k", "_stagger_90k", "camera", "failing", "gap", "profile", "rotate", "segment", "visible")

    def __init__(self, camera: str, profile: str, segment_90k: int = SEGMENT_90K) -> None:
        self.camera = camera
        self.profile = profile
        self.segment: OpenSegment | None = None
        self.visible: tuple[OpenSegment, ...] = ()
        self.gap: tuple[int, GapCause] | None = None
        self.failing = False
        self.rotate = False
        # Cameras turn to a new file at different seconds, so that the disk never sees all at once.
        self._segment_90k = segment_90k
        self._stagger_90k = zlib.crc32(f"{camera}/{profile}".encode()) % segment_90k

    def due(self, at_90k: int) -> bool:
        """Whether a keyframe at that timeline time should start a new file."""
        if self.segment is None or self.rotate:
            return True
        return (at_90k + self._stagger_90k) // self._segment_90k != (
            self.segment.start_90k + self._stagger_90k
        ) // self._segment_90k

    def show(self, segment: OpenSegment) -> None:
        """Let readers see a segment."""
        self.visible = (*self.visible, segment)

    def hide(self, segment: OpenSegment) -> None:
        """The index holds it now, or it is gone."""
        self.visible = tuple(one for one in self.visible if one is not segment)
