"""What is recorded between two moments, what is not, and why: pure, times are timeline time."""

from collections.abc import Sequence
from typing import Final

from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K
from ronda.bus.contract import Gap, Span

MERGE_90K: Final = HZ_90K // 2
_LATE_90K: Final = 2 * HZ_90K
_SLACK_90K: Final = 15 * HZ_90K
Cause = tuple[int, GapCause]


def merged(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches in order, joined where less than half a second lies between them."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1] + MERGE_90K:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def clipped(stretches: Sequence[tuple[int, int]], from_90k: int, to_90k: int) -> tuple[Span, ...]:
    """Return what of merged stretches lies within a range."""
    return tuple(
        Span(from_90k=max(start, from_90k), to_90k=min(end, to_90k))
        for start, end in stretches
        if start < to_90k and end > from_90k
    )


def gaps(stretches: Sequence[tuple[int, int]], causes: Sequence[Cause], from_90k: int, to_90k: int) -> tuple[Gap, ...]:
    """Return the holes between merged stretches within a range, split where the cause changes.

    Args:
        stretches: Merged; the one before the range included, so that a cause can be told stale.
        causes: Since when which cause held, in order, the one before the range included.
        from_90k: Start of the range.
        to_90k: Its end; not later than now.
    """
    found: list[Gap] = []
    edges = [*stretches, (to_90k, to_90k)]
    since = None
    for start, end in edges:
        hole_from = from_90k if since is None else since
        if start > hole_from and start > from_90k and hole_from < to_90k:
            found += [
                Gap(from_90k=max(gap.from_90k, from_90k), to_90k=gap.to_90k, cause=gap.cause)
                for gap in _explained(hole_from, min(start, to_90k), causes, known_start=since is not None)
                if gap.to_90k > from_90k
            ]
        since = max(end, since or end)
    return tuple(found)


def _explained(start: int, end: int, causes: Sequence[Cause], *, known_start: bool) -> list[Gap]:
    """Split one hole by its causes.

    A cause that was noted long before the hole began belongs to an earlier one. A stop of the node
    is noted some seconds early or late.
    """
    before = [one for one in causes if one[0] <= start + _LATE_90K]
    inside = [one for one in causes if start + _LATE_90K < one[0] < end]
    cause = GapCause.UNKNOWN
    if before and (not known_start or before[-1][0] >= start - _SLACK_90K):
        cause = before[-1][1]
    elif inside and inside[0][0] <= start + _SLACK_90K:
        cause = inside[0][1]
    parts: list[Gap] = []
    at = start
    for moment, following in [*inside, (end, None)]:
        if following is cause:
            continue
        parts.append(Gap(from_90k=at, to_90k=moment, cause=cause))
        if following is not None:
            at, cause = moment, following
    return [part for part in parts if part.to_90k > part.from_90k]
