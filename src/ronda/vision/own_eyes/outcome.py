"""What a check says of one picture."""

from dataclasses import dataclass, field
from enum import StrEnum


class Key(StrEnum):
    """What can be wrong with a camera's own eyes; the keys of signs."""

    TURNED = "turned"
    UNLIKE = "unlike"
    COVERED = "covered"
    BLURRED = "blurred"
    FROZEN = "frozen"
    BLACK = "black"
    OVER_EXPOSED = "over-exposed"
    WRONG_CLOCK = "wrong-clock"
    WRONG_NAME = "wrong-name"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check of one picture.

    Attributes:
        key: Which.
        wrong: Whether it is so; None where this picture cannot tell.
        value: What was measured; the check's own file says what.
        confidence: 0 to 1.
        detail: More numbers and words, for people and programs.
    """

    key: Key
    wrong: bool | None
    value: float = 0.0
    confidence: float = 0.0
    detail: dict[str, float | int | str] = field(default_factory=dict)
