"""Keeps the footage of cases where it is recorded: a case's stretch is a hold at the camera's node."""

from dataclasses import replace
from typing import Final

from ronda.base.errors import Conflict, NotFound
from ronda.base.time import Clock
from ronda.bus.contract import Hold
from ronda.centre.centre import Centre
from ronda.evidence.cases.case import SYSTEM, Case, Stretch
from ronda.people.access_log import AccessLog, Look

_LONGEST_REASON: Final = 200
_RULE: Final = "masa simpan perkara berakhir"


class Keeping:
    """See `ronda.evidence.cases.cases.Keeper`; what is let go is written into the access log, where there is one."""

    def __init__(self, centre: Centre, clock: Clock, log: AccessLog | None = None) -> None:
        self._centre = centre
        self._clock = clock
        self._log = log

    async def keep(self, stretch: Stretch, case: Case) -> None:
        """Keep a stretch until its case's moment.

        Raises:
            RondaError: Nothing of it is recorded; `Busy` where its node does not answer.
        """
        hold = Hold(
            id=stretch.hold,
            camera=stretch.camera,
            from_90k=stretch.from_90k,
            to_90k=stretch.to_90k,
            reason=case.title[:_LONGEST_REASON],
            by=case.by,
            at=self._clock.utc_90k(),
            case=case.number,
            until_90k=case.until_90k,
        )
        try:
            await self._centre.add_hold(hold)
        except Conflict:  # it is kept already, until another moment
            await self._centre.extend_hold(stretch.hold, case.until_90k)

    async def release(self, stretch: Stretch) -> None:
        """Let a stretch be deleted again.

        Raises:
            RondaError: It is still kept; `Busy` where its node does not answer.
        """
        try:
            await self._centre.remove_hold(stretch.hold)
        except NotFound:
            return
        if self._log is not None:
            look = Look(SYSTEM, "hold-ended", stretch.camera, _RULE, "this-machine", stretch.from_90k, stretch.to_90k)
            self._log.start(replace(look, subject=stretch.hold))
