"""H.264 out of whatever PyAV can decode, for sources whose coding no browser plays: MJPEG, VP9, MPEG-4.

Each running one holds a place in a bounded pool. Everything here blocks and runs in a source's thread.
"""

import threading
from fractions import Fraction
from typing import Final

import av
from av.filter import Graph
from av.video.frame import PictureType, VideoFrame

from ronda.base.errors import Busy
from ronda.media.access_unit import Codec, Encoding
from ronda.media.parameter_sets import split_annex_b
from ronda.media.parameter_sets.pictures import Picture, PictureBuilder

_LONG_SIDE: Final = 1280
_SHORT_SIDE: Final = 720
_FASTEST_90K: Final = 90_000 // 31
_KEYFRAME_DISTANCE_90K: Final = 2 * 90_000
_TURNS: Final = {90: ("transpose", "cclock"), 180: ("hflip", ""), 270: ("transpose", "clock")}
_X264: Final = {
    "preset": "ultrafast",
    "tune": "zerolatency",
    "profile": "baseline",
    "crf": "25",
    "maxrate": "2500k",
    "bufsize": "2500k",
    "threads": "1",
    "x264-params": "scenecut=0:keyint=600:repeat-headers=1:annexb=1",
}


class Transcoders:
    """The places of a node for transcoding sources; used from any thread.

    Args:
        places: How many may run at once.
    """

    def __init__(self, places: int = 2) -> None:
        self._places: Final = places
        self._lock = threading.Lock()
        self.active = 0
        self.turned_away = 0

    def take(self) -> "Transcoder":
        """Return a transcoder; `close` gives its place back.

        Raises:
            Busy: All places are taken.
        """
        with self._lock:
            if self.active >= self._places:
                self.turned_away += 1
                raise Busy(
                    f"all {self._places} places for transcoding are taken", "let the camera send H.264, or add a node"
                )
            self.active += 1
        return Transcoder(self)

    def give_back(self) -> None:
        """One place is free again."""
        with self._lock:
            self.active -= 1


class Transcoder:
    """Turns decoded pictures of one source into H.264 of at most 1280x720 (or 720x1280)."""

    def __init__(self, pool: Transcoders) -> None:
        self._pool: Transcoders | None = pool
        self._shape: tuple[int, int, str, int] | None = None
        self._graph: Graph | None = None
        self._encoder: av.VideoCodecContext | None = None
        self._builder = PictureBuilder(Codec.H264)
        self._last_90k: int | None = None
        self._keyframe_90k = 0
        self._count = 0
        self._wants_keyframe = True

    @property
    def encoding(self) -> Encoding | None:
        """The encoding of the last picture."""
        return self._builder.encoding

    def restart(self) -> None:
        """The next picture's time has nothing to do with the last one's."""
        self._last_90k = None
        self._wants_keyframe = True

    def encode(self, frame: VideoFrame, pts_90k: int) -> list[tuple[Picture, int]]:
        """Return the coded pictures that are ready, each with its presentation time.

        Pictures that follow each other faster than 30 a second are thinned out.
        """
        if self._last_90k is not None and 0 <= pts_90k - self._last_90k < _FASTEST_90K:
            return []
        self._last_90k = pts_90k
        shown = self._shown(frame)
        encoder = self._encoder_for(shown)
        # The encoder counts pictures: it delays none, and must not see times that start over.
        self._count += 1
        shown.pts = self._count
        shown.time_base = Fraction(1, 25)
        due = pts_90k - self._keyframe_90k
        if self._wants_keyframe or not 0 <= due < _KEYFRAME_DISTANCE_90K:
            self._wants_keyframe = False
            self._keyframe_90k = pts_90k
            shown.pict_type = PictureType.I
        else:
            shown.pict_type = PictureType.NONE
        pictures = []
        for packet in encoder.encode(shown):
            picture = self._builder.build(split_annex_b(bytes(packet)))
            if picture is not None:
                pictures.append((picture, pts_90k))
        return pictures

    def close(self) -> None:
        """Give the place in the pool back. May be called again."""
        if self._pool is not None:
            self._pool.give_back()
            self._pool = None
        self._encoder = None
        self._graph = None

    def _shown(self, frame: VideoFrame) -> VideoFrame:
        """Return the picture upright, scaled and in 4:2:0."""
        rotation = round(frame.rotation / 90) * 90 % 360
        shape = (frame.width, frame.height, frame.format.name, rotation)
        if self._graph is None or shape != self._shape:
            self._shape = shape
            self._graph = _graph(frame, rotation)
        self._graph.vpush(frame)
        return self._graph.vpull()

    def _encoder_for(self, frame: VideoFrame) -> av.VideoCodecContext:
        encoder = self._encoder
        if encoder is None or (encoder.width, encoder.height) != (frame.width, frame.height):
            encoder = av.CodecContext.create("libx264", "w")
            encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuv420p"
            encoder.time_base = Fraction(1, 25)
            encoder.framerate = Fraction(25)
            encoder.options = dict(_X264)
            self._encoder = encoder
        return encoder


def _graph(frame: VideoFrame, rotation: int) -> Graph:
    """Return scaling, turning and conversion for pictures such as `frame`."""
    long_side, short_side = max(frame.width, frame.height), min(frame.width, frame.height)
    scale = min(1.0, _LONG_SIDE / long_side, _SHORT_SIDE / short_side)
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    graph = Graph()
    nodes = [
        graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 90_000)),
        graph.add("scale", f"{width}:{height}:flags=fast_bilinear:out_range=tv"),
    ]
    if rotation in _TURNS:
        name, argument = _TURNS[rotation]
        nodes.append(graph.add(name, argument or None))
    if rotation == 180:
        nodes.append(graph.add("vflip"))
    nodes += [graph.add("format", "yuv420p"), graph.add("buffersink")]
    graph.link_nodes(*nodes).configure()
    return graph
