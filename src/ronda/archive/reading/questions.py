"""What the volumes together know of a camera: blocking, called in the disk pool."""

from collections.abc import Sequence

from ronda.archive.filing.track import Track
from ronda.archive.index.index import IndexReader, SegmentRow
from ronda.archive.reading.timeline import Cause, clipped, gaps, merged, ordered
from ronda.archive.volume import Volume
from ronda.base.time import Clock
from ronda.bus.contract import Hold, Timeline


class Questions:
    """Asks every volume's index and what it does not hold yet, and joins the answers."""

    def __init__(self, volumes: Sequence[Volume], clock: Clock) -> None:
        self._volumes = volumes
        self._clock = clock

    def timeline(self, camera: str, profile: str, from_90k: int, to_90k: int) -> Timeline:
        """Return coverage and gaps of a range; nothing is a gap before the first footage or after now."""
        stretches: list[tuple[int, int]] = []
        causes: list[Cause] = []
        firsts: list[int] = []
        by_order: list[tuple[int, int]] = []
        now_90k = self._clock.utc_90k()
        for volume in self._volumes:
            # What grows is asked before the index, so that a file closed in between is seen twice, not missed.
            growing = volume.growing(camera, profile)
            live = volume.live_track(camera, profile)
            stretches += [(one.start_90k, one.end_90k) for one in growing]
            firsts += [one.start_90k for one in growing]
            segment = live.segment if live is not None else None
            if segment is not None:
                now_90k = segment.end_90k
            with volume.reader() as reader:
                first = _indexed(reader, camera, profile, (from_90k, to_90k), stretches, causes)
                firsts += [] if first is None else [first]
                by_order += _by_order(reader, camera, profile, from_90k, to_90k)
            causes += _gap_now(live)
        joined = merged(stretches)
        covered = clipped(joined, from_90k, to_90k)
        if not firsts:
            return Timeline(profile=profile, coverage=(), gaps=())
        holes = gaps(joined, sorted(causes), max(from_90k, min(firsts)), min(to_90k, now_90k))
        return Timeline(profile=profile, coverage=covered, gaps=ordered(holes, by_order) if by_order else holes)

    def covered(self, cameras: Sequence[str], profile: str, from_90k: int, to_90k: int) -> dict[str, int]:
        """Return how many ticks of a range are recorded, for each of many cameras."""
        total = dict.fromkeys(cameras, 0)
        for volume in self._volumes:
            growing = volume.all_growing(profile)
            with volume.reader() as reader:
                for camera, ticks in reader.coverage_of_all(cameras, profile, from_90k, to_90k).items():
                    total[camera] += ticks
            for one in growing:
                if one.run.camera in total:
                    total[one.run.camera] += max(0, min(one.end_90k, to_90k) - max(one.start_90k, from_90k))
        return total

    def segments(self, camera: str, profile: str, from_90k: int, to_90k: int) -> list[SegmentRow]:
        """Return the finished segments that overlap a range."""
        found: list[SegmentRow] = []
        for volume in self._volumes:
            with volume.reader() as reader:
                stream = reader.stream(camera, profile)
                found += reader.segments(stream[0], from_90k, to_90k) if stream is not None else []
        return sorted(found, key=lambda row: row.start_90k)

    def last_ends(self, wanted: Sequence[tuple[str, str]]) -> dict[str, int]:
        """Return where the newest footage of each (camera, profile) ends, for those that have some."""
        found: dict[str, int] = {}
        for volume in self._volumes:
            growing = [(camera, one.end_90k) for camera, p in wanted for one in volume.growing(camera, p)]
            with volume.reader() as reader:
                for camera, profile in wanted:
                    stream = reader.stream(camera, profile)
                    end = reader.last_end(stream[0]) if stream is not None else None
                    growing += [] if end is None else [(camera, end)]
            for camera, end in growing:
                found[camera] = max(end, found.get(camera, 0))
        return found

    def holds(self, camera: str | None) -> list[Hold]:
        """Return the holds of one camera or all, oldest first."""
        found: dict[str, Hold] = {}
        for volume in self._volumes:
            with volume.reader() as reader:
                found |= {hold.id: hold for hold in reader.holds(camera)}
        return sorted(found.values(), key=lambda hold: (hold.at, hold.id))


def _indexed(
    reader: IndexReader,
    camera: str,
    profile: str,
    asked: tuple[int, int],
    stretches: list[tuple[int, int]],
    causes: list[Cause],
) -> int | None:
    """Add what the index holds; return where the footage ever began."""
    stream = reader.stream(camera, profile)
    if stream is None:
        return None
    found = reader.coverage(stream[0], *asked)
    stretches += found
    # Causes that explain the hole in which the range begins were noted where that hole began.
    since = min([asked[0], *(end for _, end in found)]) - 90_000
    causes += reader.causes(stream[0], since, asked[1])
    return stream[1]


def _by_order(reader: IndexReader, camera: str, profile: str, from_90k: int, to_90k: int) -> list[tuple[int, int]]:
    stream = reader.stream(camera, profile)
    if stream is None:
        return []
    return [(one.segment.start_90k, one.segment.end_90k) for one in reader.ordered(stream[0], from_90k, to_90k)]


def _gap_now(track: Track | None) -> list[Cause]:
    """The gap that goes on may not be in the index yet."""
    return [] if track is None or track.gap is None else [track.gap]
