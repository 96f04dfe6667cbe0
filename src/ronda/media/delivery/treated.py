"""Which still somebody gets: the one that their treatment allows, and no other.

Whatever cannot be treated is refused. What everybody gets is worked out once in a few seconds, however many ask;
owns those answers.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from ronda.base.errors import Busy, NotAllowed, NotFound, RondaError
from ronda.base.time import HZ_90K, Clock
from ronda.media.codec.keyframe import Keyframe, StillFormat
from ronda.media.codec.people_free import PeopleFree
from ronda.media.codec.stills import Still, Stills
from ronda.media.delivery.permission import ORIGINAL, Treatment

_STEP_90K: Final = 5 * HZ_90K


class PastPictures(Protocol):
    """Where pictures of the past are found."""

    async def keyframe_at(self, camera: str, utc_90k: int) -> Keyframe:
        """Return the keyframe that is shown at or last before a moment.

        Raises:
            NotFound: Nothing was recorded then.
        """
        ...

    async def keyframe_before(self, camera: str, utc_90k: int) -> Keyframe:
        """Return the newest keyframe that is recorded at or before a moment, however long before.

        Raises:
            NotFound: Nothing is.
        """
        ...

    async def last_keyframe(self, camera: str) -> Keyframe:
        """Return the newest keyframe that is recorded.

        Raises:
            NotFound: Nothing is.
        """
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """Which still.

    Attributes:
        camera: Of which camera.
        width: One of `ronda.media.codec.stills.WIDTHS`.
        kind: Its format.
        treatment: What must be done to it.
    """

    camera: str
    width: int
    kind: StillFormat
    treatment: Treatment = ORIGINAL


class TreatedStills:
    """The stills of a node's cameras, treated.

    Args:
        stills: Makes stills of pictures.
        clock: The server's clocks.
        past: Where pictures of the past are found.
        people_free: Makes stills without people; where it is missing there are none.
    """

    def __init__(
        self, stills: Stills, clock: Clock, past: PastPictures | None = None, people_free: PeopleFree | None = None
    ) -> None:
        self._stills = stills
        self._clock = clock
        self._past = past
        self._people_free = people_free

    async def latest(self, asked: Asked) -> Still:
        """Return the newest still that may be seen.

        Raises:
            NotFound: There is none.
            NotReadyYet: It is being made of several pictures, and some are missing still.
            Busy: Too many pictures are being made.
            NotAllowed: Nothing may be seen.
        """
        treatment = asked.treatment
        if treatment.without_people:
            if treatment.delay_s or self._people_free is None:
                raise NotAllowed("this camera cannot be shown as it was decided", "decide another mode for it")
            return await self._people_free.latest(asked.camera, asked.width, asked.kind, treatment.masks)
        if treatment.delay_s:
            return await self._delayed(asked)
        return await self._newest(asked)

    async def at(self, asked: Asked, utc_90k: int) -> Still:
        """Return the still of a moment in the past.

        Raises:
            NotFound: Nothing was recorded then.
            NotAllowed: That moment may not be seen.
            Busy: Too many pictures are being made.
        """
        treatment = asked.treatment
        if treatment.without_people or treatment.stills_only:
            raise NotAllowed("this camera's past is not shown")
        if treatment.delay_s and utc_90k > self._oldest_90k(treatment):
            raise NotAllowed(f"this camera is shown {treatment.delay_s} seconds late", "ask for an earlier moment")
        if self._past is None:
            raise NotFound("nothing is recorded here")
        keyframe = await self._past.keyframe_at(asked.camera, utc_90k)
        return await self._stills.of_picture(keyframe, asked.width, asked.kind, treatment.masks)

    async def _newest(self, asked: Asked) -> Still:
        """Return the newest picture: of a camera that is away since the start, the last one that was recorded."""
        masks = asked.treatment.masks
        try:
            return await self._stills.latest(asked.camera, asked.width, asked.kind, masks)
        except (NotFound, Busy) as error:
            if self._past is None:
                raise
            try:
                keyframe = await self._past.last_keyframe(asked.camera)
            except NotFound:
                raise error from None
        return await self._stills.of_picture(keyframe, asked.width, asked.kind, masks, camera=asked.camera)

    async def _delayed(self, asked: Asked) -> Still:
        """Return the newest recorded picture that is old enough; the same one for some seconds."""
        oldest_90k = self._oldest_90k(asked.treatment)
        try:
            if self._past is None:
                raise NotFound("nothing is recorded here")
            keyframe = await self._past.keyframe_before(asked.camera, oldest_90k - oldest_90k % _STEP_90K)
        except NotFound as error:
            minutes = -(-asked.treatment.delay_s // 60)
            raise NotFound(
                f"this camera is shown {minutes} minutes late, and nothing is recorded from before", "try again later"
            ) from error
        if keyframe.utc_90k > oldest_90k:
            raise NotFound("nothing that is recorded is old enough yet", "try again later")
        return await self._stills.of_picture(keyframe, asked.width, asked.kind, asked.treatment.masks)

    def _oldest_90k(self, treatment: Treatment) -> int:
        """Return the youngest moment that may be seen."""
        return self._clock.utc_90k() - treatment.delay_s * HZ_90K


@dataclass(frozen=True, slots=True)
class _Answer:
    until: float
    still: Still | None
    error: RondaError | None


class SharedStills:
    """Answers that everybody gets, kept for a moment: ten thousand who ask cost as much as one.

    Whether somebody may see a camera is not its business: ask that before each answer.

    Args:
        make: Makes the still that is asked for.
        clock: The server's clocks.
        hold_s: How long a still is the answer.
        hold_error_s: How long an error is.
        most: How many answers are kept.
        most_bytes: How many bytes of stills.
    """

    def __init__(
        self,
        make: Callable[[Asked], Awaitable[Still]],
        clock: Clock,
        *,
        hold_s: float = 3.0,
        hold_error_s: float = 1.0,
        most: int = 4_096,
        most_bytes: int = 32 << 20,
    ) -> None:
        self.made = 0
        self._make = make
        self._clock = clock
        self._hold_s = hold_s
        self._hold_error_s = hold_error_s
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._answers: OrderedDict[Asked, _Answer] = OrderedDict()
        self._flights: dict[Asked, asyncio.Future[_Answer]] = {}

    async def latest(self, asked: Asked) -> Still:
        """Return the still; raises what making it raised."""
        answer = self._answers.get(asked)
        if answer is None or answer.until <= self._clock.monotonic():
            flight = self._flights.get(asked)
            if flight is None:
                flight = self._flights[asked] = asyncio.ensure_future(self._ask(asked))
                flight.add_done_callback(lambda done: self._landed(asked, done))
            answer = await asyncio.shield(flight)
        if answer.still is not None:
            return answer.still
        assert answer.error is not None  # noqa: S101 - one of the two is always there
        raise answer.error.with_traceback(None)

    async def _ask(self, asked: Asked) -> _Answer:
        self.made += 1
        try:
            still = await self._make(asked)
            answer = _Answer(self._clock.monotonic() + self._hold_s, still, None)
        except RondaError as error:
            answer = _Answer(self._clock.monotonic() + self._hold_error_s, None, error)
        self._keep(asked, answer)
        return answer

    def _keep(self, asked: Asked, answer: _Answer) -> None:
        self._drop(asked)
        self._answers[asked] = answer
        self._bytes += _size(answer)
        while len(self._answers) > self._most or self._bytes > self._most_bytes:
            self._drop(next(iter(self._answers)))

    def _drop(self, asked: Asked) -> None:
        answer = self._answers.pop(asked, None)
        if answer is not None:
            self._bytes -= _size(answer)

    def _landed(self, asked: Asked, done: asyncio.Future[_Answer]) -> None:
        self._flights.pop(asked, None)
        if not done.cancelled():
            done.exception()  # those who waited have it


def _size(answer: _Answer) -> int:
    return len(answer.still.data) if answer.still is not None else 0
