"""Everything that is not RTSP, through PyAV: RTMP, HLS, SRT, MJPEG over HTTP, files.

One thread owns one container; what it reads crosses to the event loop in bounded batches.
"""

from ronda.media.sources.libav.source import LibavSource
from ronda.media.sources.libav.transcoding import Transcoders

__all__ = ["LibavSource", "Transcoders"]
