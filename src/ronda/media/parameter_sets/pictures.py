"""Builds coded pictures out of NAL units, and notices when the parameter sets among them change."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ronda.media.access_unit import Codec, Encoding
from ronda.media.parameter_sets.encoding import encoding_of, is_readable
from ronda.media.parameter_sets.errors import BadParameterSets
from ronda.media.parameter_sets.nal import is_parameter_set, join_length_prefixed, nal_type

_H264_SLICES: Final = range(1, 6)
_H264_IDR: Final = 5
_H264_SEI: Final = 6
_H265_SLICES: Final = range(32)
_H265_ENTRY: Final = range(16, 22)
_H265_SEI: Final = (39, 40)
_MOST_SETS: Final = 64


@dataclass(frozen=True, slots=True)
class Picture:
    """One coded picture without its times; see `AccessUnit` for the fields."""

    data: bytes
    keyframe: bool
    encoding: Encoding | None


class PictureBuilder:
    """Keeps the parameter sets of one stream; sans-I/O.

    Args:
        codec: The coding.
        parameter_sets: Those that are known before the first picture.
    """

    def __init__(self, codec: Codec, parameter_sets: Iterable[bytes] = ()) -> None:
        self.codec: Final = codec
        self.encoding: Encoding | None = None
        self.bad_parameter_sets = 0
        self._sets = dict.fromkeys(parameter_sets)
        self._changed = bool(self._sets)

    def offer(self, parameter_sets: Iterable[bytes]) -> None:
        """Take parameter sets that came beside the pictures, in a container's header or an SDP."""
        for nal in parameter_sets:
            self._learn(nal)

    def build(self, nals: list[bytes], entry: bool = False) -> Picture | None:
        """Return the picture that `nals` make; None without slices, or before the first keyframe.

        Args:
            nals: NAL units of one access unit, parameter sets included where they are sent.
            entry: The container says that a decoder can start here (a recovery point).
        """
        codec = self.codec
        kept: list[bytes] = []
        slices = False
        for nal in nals:
            kind = nal_type(codec, nal)
            if is_parameter_set(codec, nal):
                self._learn(nal)
            elif kind in (_H264_SLICES if codec is Codec.H264 else _H265_SLICES):
                slices = True
                entry = entry or (kind == _H264_IDR if codec is Codec.H264 else kind in _H265_ENTRY)
                kept.append(nal)
            elif kind == _H264_SEI if codec is Codec.H264 else kind in _H265_SEI:
                kept.append(nal)
        if not slices:
            return None
        encoding = self._renewed() if entry and self._changed else None
        if self.encoding is None:
            return None
        return Picture(join_length_prefixed(kept), entry, encoding)

    def _learn(self, nal: bytes) -> None:
        nal = nal.rstrip(b"\x00")
        if nal in self._sets or not is_parameter_set(self.codec, nal):
            return
        if not is_readable(self.codec, nal):
            self.bad_parameter_sets += 1
            return
        if len(self._sets) >= _MOST_SETS:
            del self._sets[next(iter(self._sets))]
        self._sets[nal] = None
        self._changed = True

    def _renewed(self) -> Encoding | None:
        """Return the new encoding; None when it is what it was or cannot be read."""
        self._changed = False
        try:
            encoding = encoding_of(self.codec, tuple(self._sets))
        except BadParameterSets:
            self.bad_parameter_sets += 1
            return None
        self._sets = dict.fromkeys(encoding.parameter_sets)
        if encoding == self.encoding:
            return None
        self.encoding = encoding
        return encoding
