"""Files, journal, index, coverage, gaps, retention, holds, playback.

`Archive` is the door; `VolumeSettings` and `Quota` describe what it works on.
"""

from ronda.archive.archive import Archive
from ronda.archive.filing.health import ArchiveCounters, DiskAlarm
from ronda.archive.filing.retention import Quota
from ronda.archive.filing.segment import Author
from ronda.archive.recorder import Recorder
from ronda.archive.volume import VolumeSettings

__all__ = ["Archive", "ArchiveCounters", "Author", "DiskAlarm", "Quota", "Recorder", "VolumeSettings"]
