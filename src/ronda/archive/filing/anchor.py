"""What each segment says of itself in `moov/udta`, so that a file alone can be told apart and dated.

The box is `rnda` and holds JSON.
"""

import json
from dataclasses import asdict, dataclass
from typing import Final

from ronda.media.fmp4.box import box
from ronda.media.fmp4.errors import BadMp4
from ronda.media.fmp4.reader import boxes
from ronda.media.fragment import Origin

_KIND: Final = b"rnda"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Whose pictures a segment holds, and when.

    Attributes:
        camera: Camera id.
        profile: Profile.
        run: Run id.
        origin: How it came here.
        start_90k: Timeline time of the file's zero.
        clock_offset_90k: The camera's clock minus ours, where measured.
        node: Who wrote it.
        revision: The fencing number of the assignment under which it was written.
    """

    camera: str
    profile: str
    run: str
    origin: Origin
    start_90k: int
    clock_offset_90k: int | None
    node: str
    revision: int

    def box(self) -> bytes:
        """Return the box for `moov/udta`."""
        return box(_KIND, json.dumps(asdict(self), separators=(",", ":")).encode())


def read_anchor(udta: bytes) -> Anchor:
    """Return what the content of a `moov/udta` says.

    Raises:
        BadMp4: It holds no such box, or a broken one.
    """
    for found in boxes(udta):
        if found.kind == _KIND:
            try:
                fields = json.loads(udta[found.content : found.end])
                return Anchor(**{**fields, "origin": Origin(fields["origin"])})
            except (ValueError, TypeError, KeyError) as error:
                raise BadMp4("a broken rnda box") from error
    raise BadMp4("no rnda box: not a segment of ours")
