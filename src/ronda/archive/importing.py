"""Footage that comes as access units with a known start: fetched from a recorder, or made."""

from collections.abc import AsyncIterable, AsyncIterator

from ronda.base.errors import BadInput
from ronda.base.identity import new_run_id
from ronda.base.time import HZ_90K
from ronda.media.access_unit import AccessUnit, Encoding
from ronda.media.fmp4.sample import Sample
from ronda.media.fmp4.writer import fragment_boxes, init_segment
from ronda.media.fragment import Fragment, Origin, Run

_FULL_90K = HZ_90K // 5
_USUAL_STEP_90K = 3_600


def imported_run(
    camera: str, profile: str, encoding: Encoding, start_utc_90k: int, origin: Origin = Origin.IMPORTED
) -> Run:
    """Return a run whose first picture is decoded at `start_utc_90k`."""
    return Run(new_run_id(), camera, profile, encoding, start_utc_90k, init_segment(encoding), origin)


async def fragments_of(run: Run, units: AsyncIterable[AccessUnit]) -> AsyncIterator[Fragment]:
    """Yield the fragments of a run's access units, which keep their own distances.

    Raises:
        BadInput: The first picture is no keyframe, or times do not increase.
    """
    zero_90k: int | None = None
    pending: list[AccessUnit] = []
    sequence, step_90k = 0, _USUAL_STEP_90K
    async for unit in units:
        if zero_90k is None:
            if not unit.keyframe:
                raise BadInput("footage must start with a keyframe", "leave out the pictures before it")
            zero_90k = unit.dts_90k
        if pending:
            step_90k = unit.dts_90k - pending[-1].dts_90k
            if step_90k <= 0:
                raise BadInput("the times of the pictures do not increase", "give them in decoding order")
            if unit.keyframe or unit.dts_90k + step_90k - pending[0].dts_90k > _FULL_90K:
                yield _fragment(run, sequence, pending, zero_90k, step_90k)
                sequence, pending = sequence + 1, []
        pending.append(unit)
    if pending and zero_90k is not None:
        yield _fragment(run, sequence, pending, zero_90k, step_90k)


def _fragment(run: Run, sequence: int, units: list[AccessUnit], zero_90k: int, last_90k: int) -> Fragment:
    starts = [unit.dts_90k - zero_90k for unit in units]
    ends = [*starts[1:], starts[-1] + last_90k]
    samples = [
        Sample(len(unit.data), end - start, unit.pts_90k - unit.dts_90k, unit.keyframe)
        for unit, start, end in zip(units, starts, ends, strict=True)
    ]
    moof, mdat = fragment_boxes(samples, [unit.data for unit in units], sequence, starts[0])
    return Fragment(
        *(run, sequence, units[0].keyframe, starts[0], ends[-1] - starts[0], len(units), moof, mdat),
        arrival=units[-1].arrival,
    )
