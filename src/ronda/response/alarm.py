"""What an alarm is: something that a person should look at, with its states, its verdict and its log."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ronda.bus.observations import ShotName

SYSTEM: Final = "system"
"""Who did what no person did: the eyes' signs, clocks that ran out, a quarantine."""
EYES: Final = "own-eyes"
"""The analytic that every camera has: whether it still sees what it should."""


class AlarmState(StrEnum):
    """Where an alarm stands."""

    NEW = "new"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    CLOSED = "closed"


OPEN: Final = (AlarmState.NEW, AlarmState.IN_PROGRESS, AlarmState.ON_HOLD)
FOLLOWS: Final = {
    AlarmState.NEW: {AlarmState.IN_PROGRESS, AlarmState.CLOSED},
    AlarmState.IN_PROGRESS: {AlarmState.ON_HOLD, AlarmState.CLOSED},
    AlarmState.ON_HOLD: {AlarmState.IN_PROGRESS, AlarmState.CLOSED},
    AlarmState.CLOSED: {AlarmState.IN_PROGRESS},
}
"""What a person can make of an alarm; a cause that comes back opens a closed one as it was: new where nobody had it."""


class Verdict(StrEnum):
    """What a person says of an alarm once it is closed."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    NONE = "none"


class Attention(StrEnum):
    """Why somebody should look at an alarm again."""

    NONE = ""
    CAME_BACK = "came-back"
    GRAVER = "graver"
    HOLD_OVER = "hold-over"
    NOT_ANSWERED = "not-answered"
    DECLINED = "declined"
    LATE = "late"
    DONE = "done"
    STILL_WRONG = "still-wrong"


class ViewStep(StrEnum):
    """How far an alarm about a camera's view has come with its quarantine. The first of each pair is still to be done.

    Attributes:
        NONE: It is not about the view.
        WITHDRAW: The camera must leave publication.
        WITHDRAWN: It has left, and waits for a person.
        COMPARE: A person says that it was mended; its node must be told to compare.
        COMPARING: The node was told.
        ACCEPT: A person has taken the new view for right: the camera returns, its node must learn the new reference.
        RELEASE: The camera must return to publication.
        RELEASED: It has returned.
    """

    NONE = ""
    WITHDRAW = "withdraw"
    WITHDRAWN = "withdrawn"
    COMPARE = "compare"
    COMPARING = "comparing"
    ACCEPT = "accept"
    RELEASE = "release"
    RELEASED = "released"


TO_DO: Final = (ViewStep.WITHDRAW, ViewStep.COMPARE, ViewStep.ACCEPT, ViewStep.RELEASE)
KEPT_OUT: Final = (ViewStep.WITHDRAW, ViewStep.WITHDRAWN, ViewStep.COMPARE, ViewStep.COMPARING)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: one cause on one camera.

    Attributes:
        id: Its own.
        camera: Where.
        area: Region code of the camera's site when it was raised; empty where it has none.
        analytic: Which analytic says so.
        zone: The zone or line on the view; empty for the whole view.
        key: Names the cause among all of this analytic on this camera.
        eye: The eye that saw it, as `insight.observations.eye_text` writes it.
        label: The class of the thing, where it is about one.
        level: How grave, where the analytic has levels (1 is the gravest).
        priority: 1 to 3; 1 comes first.
        state: Where it stands.
        attention: Why somebody should look again.
        owner: Who looks at it.
        verdict: What a person says, once it is closed.
        judged_by: Who.
        held_until_90k: Until when it waits, while it is on hold.
        begun_90k: When the cause began, `utc_90k` as all moments.
        raised_90k: When the alarm was raised.
        signed_90k: When the eyes last said something of it.
        over_90k: When the cause was over; None while it lasts.
        closed_90k: When it was closed.
        changed_90k: When anything of it last changed.
        times: How often the cause has come, the first time included.
        more: Further causes at the time that were only counted, since this camera had too many open.
        view: How far its quarantine is, where it is about the camera's view.
        shots: Pictures that show it, in the order of time.
        detail: Numbers and words of the analytic.
    """

    id: str
    camera: str
    area: str
    analytic: str
    zone: str
    key: str
    eye: str
    label: str | None
    level: int | None
    priority: int
    begun_90k: int
    raised_90k: int
    signed_90k: int
    changed_90k: int
    state: AlarmState = AlarmState.NEW
    attention: Attention = Attention.NONE
    owner: str | None = None
    verdict: Verdict | None = None
    judged_by: str | None = None
    held_until_90k: int | None = None
    over_90k: int | None = None
    closed_90k: int | None = None
    times: int = 1
    more: int = 0
    view: ViewStep = ViewStep.NONE
    shots: tuple[ShotName, ...] = ()
    detail: dict[str, float | int | str] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether it waits for somebody."""
        return self.state is not AlarmState.CLOSED


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of an alarm.

    Attributes:
        at_90k: When.
        by: Whose: a person's name, or `SYSTEM`.
        what: Which step, such as `taken` or `accepted`.
        subject: The agency, the verdict or the moment that it is about.
        note: In the person's words.
    """

    at_90k: int
    by: str
    what: str
    subject: str = ""
    note: str = ""
