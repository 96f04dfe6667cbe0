"""What is recorded between two moments, what is not, and why: pure, times are timeline time."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

from pydantic import TypeAdapter

from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K
from ronda.bus.contract import Gap, Span

MERGE_90K: Final = HZ_90K // 2
_LATE_90K: Final = 2 * HZ_90K
_SLACK_90K: Final = 15 * HZ_90K
Cause = tuple[int, GapCause]
# Hundreds of spans are made at once: a third of the time of one by one.
_SPANS: Final = TypeAdapter(tuple[Span, ...])
_GAPS: Final = TypeAdapter(tuple[Gap, ...])


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
    return _SPANS.validate_python(
        [
            {"from_90k": max(start, from_90k), "to_90k": min(end, to_90k)}
            for start, end in stretches
            if start < to_90k and end > from_90k
        ]
    )


def gaps(stretches: Sequence[tuple[int, int]], causes: Sequence[Cause], from_90k: int, to_90k: int) -> tuple[Gap, ...]:
    """Return the holes between merged stretches within a range, split where the cause changes.

    Args:
        stretches: Merged; the one before the range included, so that a cause can be told stale.
        causes: Since when which cause held, in order, the one before the range included.
        from_90k: Start of the range.
        to_90k: Its end; not later than now.
    """
    found: list[dict[str, object]] = []
    moments = [at for at, _ in causes]
    since = None
    for start, end in [*stretches, (to_90k, to_90k)]:
        hole_from = from_90k if since is None else since
        if start > hole_from and start > from_90k and hole_from < to_90k:
            hole = (hole_from, min(start, to_90k))
            found += [
                {"from_90k": max(first, from_90k), "to_90k": last, "cause": cause}
                for first, last, cause in _explained(hole, causes, moments, known_start=since is not None)
                if last > from_90k
            ]
        since = max(end, since or end)
    return _GAPS.validate_python(found)


def ordered(found: Sequence[Gap], stretches: Sequence[tuple[int, int]]) -> tuple[Gap, ...]:
    """Return gaps, with what of them was deleted by somebody's order saying so, whatever else is noted of that time."""
    known = merged(stretches)
    parts: list[Gap] = []
    for gap in found:
        at = gap.from_90k
        for begin, until in known:
            start, end = max(begin, at), min(until, gap.to_90k)
            if end <= start:
                continue
            if start > at:
                parts.append(gap.model_copy(update={"from_90k": at, "to_90k": start}))
            parts.append(Gap(from_90k=start, to_90k=end, cause=GapCause.ORDER))
            at = end
        if at < gap.to_90k:
            parts.append(gap.model_copy(update={"from_90k": at}))
    return tuple(parts)


def _explained(
    hole: tuple[int, int], causes: Sequence[Cause], moments: Sequence[int], *, known_start: bool
) -> list[tuple[int, int, GapCause]]:
    """Split one hole by its causes.

    A cause that was noted long before the hole began belongs to an earlier one. A stop of the node
    is noted some seconds early or late.
    """
    start, end = hole
    first_inside = bisect_right(moments, start + _LATE_90K)
    inside = causes[first_inside : max(first_inside, bisect_left(moments, end))]
    before = causes[first_inside - 1] if first_inside else None
    cause = GapCause.UNKNOWN
    if before is not None and (not known_start or before[0] >= start - _SLACK_90K):
        cause = before[1]
    elif inside and inside[0][0] <= start + _SLACK_90K:
        cause = inside[0][1]
    parts: list[tuple[int, int, GapCause]] = []
    at = start
    for moment, following in inside:
        if following is not cause:
            parts.append((at, moment, cause))
            at, cause = moment, following
    parts.append((at, end, cause))
    return [part for part in parts if part[1] > part[0]]
