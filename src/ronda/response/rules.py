"""How alarms of each analytic behave: how soon they come back as the same, when they lapse, how urgent they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ronda.base.time import HZ_90K
from ronda.bus.observations import SeenSign
from ronda.response.alarm import EYES

VIEW_CAUSES: Final = frozenset({"turned", "unlike"})
"""Own-eyes causes that say that the view is not the camera's: the camera leaves publication at once."""
_GRAVE_EYES: Final = frozenset({"covered", "black"})
_LOWEST: Final = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """One analytic's.

    Attributes:
        pause_s: A cause that comes back within so long after its end is the same one.
        lapse_s: An alarm that nobody took closes itself so long after its cause is over.
        priority: 1 (now) to 3 (when there is time), where no level says otherwise.
    """

    pause_s: float
    lapse_s: float
    priority: int

    @property
    def pause_90k(self) -> int:
        """The pause in ticks."""
        return round(self.pause_s * HZ_90K)

    @property
    def lapse_90k(self) -> int:
        """The lapse in ticks."""
        return round(self.lapse_s * HZ_90K)


RULES: Final[Mapping[str, Rule]] = {
    "parking": Rule(120, 3_600, 3),
    "crowd": Rule(600, 1_800, 2),
    "litter": Rule(3_600, 43_200, 3),
    "flood": Rule(3_600, 21_600, 2),
    "masks": Rule(900, 3_600, 3),
    "night-watch": Rule(300, 43_200, 2),
    EYES: Rule(900, 21_600, 3),
}
_ANY: Final = Rule(300, 21_600, 2)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an installation sets.

    Attributes:
        most_open: Open alarms of one camera and analytic; further causes are only counted.
        answer_s: An agency must accept or decline within so long.
        arrive_s: And be on scene within so long after it has accepted.
        days: For how long closed alarms are kept.
        instructions: What to do, by analytic, in place of the usual words.
    """

    most_open: int = 20
    answer_s: float = 300.0
    arrive_s: float = 1_800.0
    days: int = 400
    instructions: Mapping[str, str] = field(default_factory=dict)


def rule_of(analytic: str) -> Rule:
    """Return an analytic's rule; one that is not known has a usual one."""
    return RULES.get(analytic, _ANY)


def cause_of(sign: SeenSign) -> str:
    """Return the kind of an own-eyes cause, such as `turned`; it begins the key (`turned` or `turned:…`)."""
    return sign.key.partition(":")[0]


def concerns_view(sign: SeenSign) -> bool:
    """Whether a sign says that a camera does not see what it should: then it is its quarantine as well."""
    return sign.analytic == EYES and cause_of(sign) in VIEW_CAUSES


def priority_of(sign: SeenSign) -> int:
    """Return how urgent a sign is: a turned view first, else by its level, else as its analytic usually is."""
    if concerns_view(sign):
        return 1
    if sign.analytic == EYES and cause_of(sign) in _GRAVE_EYES:
        return 2
    if sign.level is not None:
        return min(max(sign.level, 1), _LOWEST)
    return rule_of(sign.analytic).priority
