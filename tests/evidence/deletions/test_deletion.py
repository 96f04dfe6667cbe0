"""Who may bring a deletion from one state to the next."""

import pytest

from ronda.base.errors import BadInput, Conflict, NotAllowed
from ronda.base.time import HZ_90K
from ronda.evidence.deletions.deletion import Deletion, DeletionState, NewDeletion, approved, asked, refused

S = HZ_90K
NOW = 100 * 86_400 * S


def brought(**more: object) -> Deletion:
    values = {"camera": "gate", "from_90k": NOW - 600 * S, "to_90k": NOW - 300 * S, "number": " 12/Pid ", "why": "x"}
    return asked(NewDeletion(**values | more), "1" * 16, "penyidik", NOW)  # type: ignore[arg-type]


def test_four_eyes_see_what_is_destroyed() -> None:
    one = brought()
    assert (one.state, one.number) == (DeletionState.ASKED, "12/Pid")
    with pytest.raises(NotAllowed, match="another person"):
        approved(one, "penyidik", "", NOW)
    done = approved(one, "admin", "cocok", NOW)
    assert (done.state, done.decided_by) == (DeletionState.APPROVED, "admin")
    for again in (approved, refused):
        with pytest.raises(Conflict):
            again(done, "other", "", NOW)
    assert refused(one, "penyidik", "ditarik", NOW).state is DeletionState.REFUSED


@pytest.mark.parametrize(
    "more",
    [
        {"number": " "},
        {"why": ""},
        {"to_90k": NOW - 600 * S},
        {"from_90k": NOW - 8 * 86_400 * S},
        {"to_90k": NOW + S},
        {"cases": ("2026-0001",) * 21},
    ],
)
def test_what_makes_no_sense_is_told(more: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        brought(**more)
