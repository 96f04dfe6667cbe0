"""Where things lie on a volume: `<camera>/<profile>/<YYYY-MM-DD>/<HHMMSS.mmm>Z-<run>.mp4`.

Beside the cameras' folders lie the journal, the index and the lock, whose names no camera can have
(a camera id holds no dot).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ronda.base.time import HZ_90K

INDEX_NAME: Final = "index.db"
LOCK_NAME: Final = "ronda.lock"
PROBE_NAME: Final = "probe.tmp"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FILE: Final = re.compile(
    r"(?P<camera>[a-z0-9][a-z0-9-]{0,62})/(?P<profile>[a-z0-9][a-z0-9-]*)/"
    r"(?P<day>\d{4}-\d\d-\d\d)/(?P<time>\d{6}\.\d{3})Z-(?P<run>[0-9a-z]+)\.mp4"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a segment's path says of it.

    Attributes:
        camera: Camera id.
        profile: Profile.
        run: Run id.
        start_90k: Timeline time of its first picture, to the millisecond.
    """

    camera: str
    profile: str
    run: str
    start_90k: int


def segment_file(camera: str, profile: str, run: str, start_90k: int) -> str:
    """Return a segment's path below its volume; `start_90k` is timeline time."""
    at = _EPOCH + timedelta(milliseconds=start_90k * 1000 // HZ_90K)
    return f"{camera}/{profile}/{at:%Y-%m-%d}/{at:%H%M%S}.{at.microsecond // 1000:03d}Z-{run}.mp4"


def place_of(file: str) -> Place | None:
    """Return what the path of a segment says; None when it is not one."""
    found = _FILE.fullmatch(file)
    if found is None:
        return None
    try:
        at = datetime.strptime(f"{found['day']} {found['time']}000+0000", "%Y-%m-%d %H%M%S.%f%z")
    except ValueError:
        return None
    since = at - _EPOCH
    ticks = (since.days * 86_400 + since.seconds) * HZ_90K + since.microseconds * 9 // 100
    return Place(found["camera"], found["profile"], found["run"], ticks)
