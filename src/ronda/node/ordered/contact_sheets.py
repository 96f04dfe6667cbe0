"""Makes the contact sheet of an export: some keyframes, evenly over what is delivered, on paper."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from typing import Final

from ronda.archive.reading.cursor import Played
from ronda.base.time import HZ_90K
from ronda.bus.contract import Span
from ronda.bus.evidence import ExportMade, MakeExport
from ronda.evidence.report.contact_sheet import Sheet, contact_sheet
from ronda.evidence.report.document import Still
from ronda.media.codec.keyframe import Keyframe, StillFormat, still_of_keyframe
from ronda.node.ordered.copying import Tools

ENDING: Final = ".stills.pdf"
FEWEST: Final = 6
MOST: Final = 12
_EACH_90K: Final = 10 * HZ_90K
"""Of what is shorter than `MOST` of these, there are fewer pictures."""
_WIDTH: Final = 640


def moments(delivered: Sequence[Span]) -> list[int]:
    """Return when the pictures are taken: in the middle of equal parts of what is delivered, `utc_90k`."""
    length = sum(span.to_90k - span.from_90k for span in delivered)
    count = max(FEWEST, min(MOST, length // _EACH_90K))
    found: list[int] = []
    passed = 0
    for span in delivered:
        long = span.to_90k - span.from_90k
        while len(found) < count and (wanted := length * (2 * len(found) + 1) // (2 * count)) < passed + long:
            found.append(span.from_90k + wanted - passed)
        passed += long
    return found


async def sheet_of(tools: Tools, zone: tzinfo, order: MakeExport, made: ExportMade) -> bytes:
    """Return the contact sheet of what was made, as PDF.

    Raises:
        NoFootage: It is not recorded any more.
        Busy: Too many pictures are being made.
        CannotDecode: It cannot be decoded.
    """
    stills: dict[int, Still] = {}
    for moment in moments(made.delivered):
        played = await tools.archive.keyframe_at(order.camera, made.profile, moment)
        frame = _keyframe(played)
        if frame.utc_90k not in stills:  # a camera may have few
            work = partial(still_of_keyframe, frame, _WIDTH, StillFormat.JPEG)
            stills[frame.utc_90k] = Still(frame.utc_90k, await tools.codec.run(work))
    sheet = Sheet(
        unit=order.unit,
        camera=order.camera_name,
        file=f"{order.name}.mp4",
        from_90k=order.from_90k,
        to_90k=order.to_90k,
        made_90k=order.at_90k,
        zone=zone,
        stills=[stills[at] for at in sorted(stills)],
    )
    return await tools.codec.run(partial(contact_sheet, sheet))


def _keyframe(played: Played) -> Keyframe:
    first = played.samples[0]
    at_90k = played.start_90k + first.composition_offset_90k
    return Keyframe(played.encoding, bytes(played.payload[: first.size]), at_90k, f"{played.run}-{played.start_90k}")
