"""What passed the lines of many cameras together: by step and class, and the lines that most passes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ronda.base.time import HZ_90K
from ronda.bus.observations import ObservationGap
from ronda.insight.counts import AT_ONCE, Asked, counts_by
from ronda.insight.observations import MINUTE_90K
from ronda.store.database import Store


@dataclass(frozen=True, slots=True)
class Passed:
    """What of a class passed within one step, as one eye tells it.

    Attributes:
        from_90k: When the step began.
        eye: As the tables name it.
    """

    from_90k: int
    label: str
    eye: str
    count: int


@dataclass(frozen=True, slots=True)
class Busy:
    """What passed a line in one direction over the whole time."""

    camera: str
    line: str
    direction: str
    count: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """What passed.

    Attributes:
        steps: In the order of time.
        lines: Most first.
    """

    steps: tuple[Passed, ...]
    lines: tuple[Busy, ...]


async def traffic(store: Store, asked: Asked, most_lines: int, labels: Sequence[str] = ()) -> Traffic:
    """Return what passed the lines of cameras, summed in the database.

    Args:
        store: The database.
        asked: Of which cameras, over which time, how finely.
        most_lines: How many lines are told, those that most passes first.
        labels: Only of these classes; none for all.

    Raises:
        BadInput: It is more than one answer tells.
    """
    asked.check()
    steps: Counter[tuple[int, str, str]] = Counter()
    lines: Counter[tuple[str, str, str]] = Counter()
    for first in range(0, len(asked.cameras), AT_ONCE):
        some = replace(asked, cameras=asked.cameras[first : first + AT_ONCE])
        found, busy = await store.read(lambda connection, some=some: _read(connection, some, most_lines, labels))  # type: ignore[misc]
        for minute, label, eye, count in found:
            steps[minute, label, eye] += int(count)
        for camera, line, direction, count in busy:
            lines[camera, line, direction] += int(count)
    passed = (Passed(minute * MINUTE_90K, label, eye, count) for (minute, label, eye), count in sorted(steps.items()))
    return Traffic(tuple(passed), tuple(Busy(*line, count) for line, count in lines.most_common(most_lines)))


def unwatched(gaps: Sequence[ObservationGap], asked: Asked, steps: Sequence[Passed], now_90k: int) -> dict[int, float]:
    """Return for how many seconds, of all cameras together, nobody looked, by the step in which that was.

    Args:
        gaps: When nobody looked.
        asked: Over which time, how finely.
        steps: What passed: its steps begin as these do.
        now_90k: Until when a gap has lasted that goes on.
    """
    length_90k = asked.step.minutes * MINUTE_90K
    anchor_90k = steps[0].from_90k if steps else asked.from_90k
    found: Counter[int] = Counter()
    for gap in gaps:
        begin_90k = max(gap.from_90k, asked.from_90k)
        end_90k = min(now_90k if gap.lasts else gap.to_90k, asked.to_90k)
        step_90k = begin_90k - (begin_90k - anchor_90k) % length_90k
        while step_90k < end_90k:
            found[step_90k] += min(end_90k, step_90k + length_90k) - max(begin_90k, step_90k)
            step_90k += length_90k
    return {step_90k: dark_90k / HZ_90K for step_90k, dark_90k in sorted(found.items())}


_Rows = Sequence[Any]


def _read(connection: sa.Connection, asked: Asked, most_lines: int, labels: Sequence[str]) -> tuple[_Rows, _Rows]:
    source, moment = counts_by(asked.step)
    table, total = source.c, sa.func.sum(source.c["count"]).label("total")
    first, last = asked.minutes
    within = [table.camera.in_(asked.cameras), moment >= first, moment < last]
    if labels:
        within.append(table.label.in_(labels))
    kinds = (asked.bucket(moment).label("step"), table.label, table.eye)
    steps = connection.execute(sa.select(*kinds, total).where(*within).group_by(*kinds)).all()
    line = (table.camera, table.line, table.direction)
    busy = sa.select(*line, total).where(*within).group_by(*line).order_by(total.desc(), *line).limit(most_lines)
    return steps, connection.execute(busy).all()
