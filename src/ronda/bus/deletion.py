"""Deletion that a court has ordered, over the bus: the node that has the footage is asked, and says what it deleted.

Times are `utc_90k`. Asking again is the same: what an order deleted is known for ever.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from ronda.bus.contract import Message

MOST_DAYS: Final = 7
"""So long a stretch one order names at most."""


class DeleteByOrder(Message):
    """Orders that what lies within a stretch be deleted, of every profile.

    Attributes:
        id: Of the order.
        number: The court's number of it, as it stands on paper.
        camera: Of which camera.
        from_90k: Start of the stretch.
        to_90k: Its end.
        cases: Numbers of the cases that the order names: what they keep is deleted too.
    """

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    number: Annotated[str, Field(min_length=1, max_length=120)]
    camera: str
    from_90k: int
    to_90k: int
    cases: Annotated[tuple[str, ...], Field(max_length=20)] = ()


class SegmentDeleted(Message):
    """A segment that is gone: its path below the volume, its times, its size, and what was kept of it at its close."""

    file: str
    from_90k: int
    to_90k: int
    bytes: int
    sha256: str


class SegmentKept(Message):
    """A segment that has footage of the stretch and stays.

    Attributes:
        file: Its path below the volume.
        from_90k: Where its footage starts.
        to_90k: Where it ends, or ended when it was looked at.
        why: `edge`: it also has footage from outside the stretch; `growing`: it is still being written.
    """

    file: str
    from_90k: int
    to_90k: int
    why: Literal["edge", "growing"]


class DeletedByOrder(Message):
    """What an order deleted, and what of its stretch is still there."""

    deleted: tuple[SegmentDeleted, ...]
    kept: tuple[SegmentKept, ...]


DELETION_REQUESTS: Final[dict[type[Message], str]] = {DeleteByOrder: "delete-by-order"}
"""The last part of the subject on which a node answers each kind of request."""
