"""How often, and for how long, a thing must be wrong before it is said, and right before it is over."""

from dataclasses import dataclass
from typing import Final

from ronda.base.time import HZ_90K
from ronda.vision.analytics.contract import Turn
from ronda.vision.own_eyes.outcome import Key, Outcome

_SOON_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Rule:
    """When a thing is said.

    Attributes:
        times: So many pictures in a row must show it,
        span_s: the last so long after the first.
        again_s: After the first, and each further one, another picture is asked for so soon; None waits for the sweep.
        clear: So many pictures in a row without it are its end.
        forget_s: A streak that nobody has added to for so long is none.
    """

    times: int
    span_s: float
    again_s: float | None
    clear: int = 2
    forget_s: float = 3600.0


RULES: Final[dict[Key, Rule]] = {
    Key.TURNED: Rule(2, 3.0, 4.0),
    Key.UNLIKE: Rule(3, 10.0, 6.0),
    Key.COVERED: Rule(4, 150.0, 60.0),
    Key.BLURRED: Rule(3, 500.0, None, 3),
    Key.FROZEN: Rule(5, 240.0, 3.7),
    Key.BLACK: Rule(3, 20.0, 11.0),
    Key.OVER_EXPOSED: Rule(3, 240.0, None),
    Key.WRONG_CLOCK: Rule(2, 1.0, None, 1, 3 * 86_400.0),
    Key.WRONG_NAME: Rule(2, 1.0, None, 1, 3 * 86_400.0),
}


@dataclass(slots=True)
class Streak:
    """What became of one thing so far.

    Attributes:
        wrong: Pictures in a row that showed it.
        right: Pictures in a row that did not, since it was said.
        since_90k: When it was first seen.
        last_90k: When it was last judged.
        raised: Whether it has been said and is not over.
    """

    wrong: int = 0
    right: int = 0
    since_90k: int = 0
    last_90k: int = 0
    raised: bool = False


def judge(streak: Streak, outcome: Outcome, at_90k: int) -> Turn | None:
    """Take in an outcome; return what is to be said of it."""
    rule = RULES[outcome.key]
    if not streak.raised and at_90k - streak.last_90k > rule.forget_s * HZ_90K:
        streak.wrong = 0
    if outcome.wrong is None:
        return None
    streak.last_90k = at_90k
    if outcome.wrong:
        streak.right = 0
        streak.since_90k = streak.since_90k if streak.wrong or streak.raised else at_90k
        streak.wrong += 1
        span_s = (at_90k - streak.since_90k) / HZ_90K
        if not streak.raised and streak.wrong >= rule.times and span_s >= rule.span_s:
            streak.raised = True
            return Turn.RAISED
        return None
    streak.wrong = 0
    if not streak.raised:
        return None
    streak.right += 1
    if streak.right < rule.clear:
        return None
    streak.raised, streak.right = False, 0
    return Turn.OVER


def again_s(streaks: dict[Key, Streak]) -> float | None:
    """Return how soon another picture would tell more; None where the next sweep does."""
    return min(
        (wait for key, streak in streaks.items() if (wait := _wait_s(RULES[key], streak)) is not None), default=None
    )


def _wait_s(rule: Rule, streak: Streak) -> float | None:
    if streak.raised or not streak.wrong or streak.wrong >= 2 * rule.times:
        return None
    short = streak.wrong < rule.times or (streak.last_90k - streak.since_90k) / HZ_90K < min(rule.span_s, _SOON_S)
    return rule.again_s if short else None
