"""What is known of a camera's lettering, and what follows from a new reading of it."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Final

from ronda.base.time import HZ_90K
from ronda.vision.own_eyes.clock import shown_clock, wrong_clock
from ronda.vision.own_eyes.name import wrong_name
from ronda.vision.own_eyes.outcome import Outcome

Box = tuple[float, float, float, float]
Line = tuple[str, float, Box]
"""What was read, how sure, and where."""
Lettering = dict[str, str | float | int]

DAILY_90K: Final = 24 * 3600 * HZ_90K
_SEARCH_AGAIN: Final = 3
"""So many readings in a row without anything, and the whole picture is searched again."""
_TOP: Final = 0.5


def due(known: Lettering, at_90k: int) -> bool:
    """Say whether a camera's lettering is to be read."""
    read_90k = int(known.get("read_90k", 0))
    return not read_90k or not 0 <= at_90k - read_90k < DAILY_90K


def places(known: Lettering) -> list[Box]:
    """Return where letters are known to stand; none where the picture must be searched."""
    if int(known.get("empty", 0)) >= _SEARCH_AGAIN:
        return []
    found: list[Box] = []
    for text in str(known.get("places", "")).split(";"):
        sides = [float(side) for side in text.split()] if text else []
        if len(sides) == 4:
            found.append((sides[0], sides[1], sides[2], sides[3]))
    return found


def take(
    known: Lettering, lines: Sequence[Line], at_90k: int, zone: tzinfo, names: tuple[str, Mapping[str, str]]
) -> list[Outcome]:
    """Take in a reading; return what it says of clock and name.

    Args:
        known: What is known of the camera's lettering; changed.
        lines: What was read.
        at_90k: When the picture was.
        zone: The city's.
        names: The camera's name in the registry, and those of the recorder's other cameras by id.
    """
    known["read_90k"] = at_90k
    known["empty"] = 0 if lines else int(known.get("empty", 0)) + 1
    if not lines:
        return []
    known["places"] = ";".join(" ".join(f"{side:.4f}" for side in box) for _, _, box in lines[:6])
    order = str(known.get("order", ""))
    text = " ".join(one for one, _, box in sorted(lines, key=lambda line: (line[2][1] > _TOP, line[2][0])))
    shown = shown_clock(text, at_90k, zone, order)
    clock = wrong_clock(shown)
    if shown is not None and not clock.wrong:
        known["order"] = shown.order
    said = [one for one, _, _ in lines if shown_clock(one, at_90k, zone) is None and sum(map(str.isalpha, one)) >= 3]
    read = max(said, key=len, default="")
    name = wrong_name(read, str(known.get("name", "")), *names)
    if read and not name.wrong:
        known["name"] = read[:80]
    return [clock, name]
