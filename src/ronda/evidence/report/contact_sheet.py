"""The contact sheet: pictures of a sealed export to recognise it by, made where the footage is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from ronda.base.time import HZ_90K
from ronda.evidence.report import words
from ronda.evidence.report.document import Still
from ronda.evidence.report.paper import Paper

_WHAT = "Untuk mengenali rekaman saja; yang menjadi bukti adalah berkas bersegelnya."


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on it; moments in `utc_90k`.

    Attributes:
        unit: Whose system it is.
        camera: What the camera is called.
        file: Name of the sealed file.
        from_90k: Start of what was asked for.
        to_90k: Its end.
        made_90k: When the sheet is made.
        zone: In which its times are.
        stills: The pictures, in the order of time.
    """

    unit: str
    camera: str
    file: str
    from_90k: int
    to_90k: int
    made_90k: int
    zone: tzinfo
    stills: Sequence[Still]


def contact_sheet(sheet: Sheet) -> bytes:
    """Return the sheet as PDF; takes tenths of a second."""
    made = datetime.fromtimestamp(sheet.made_90k / HZ_90K, UTC)
    paper = Paper(f"Lembar gambar {sheet.file}", sheet.unit, sheet.file, made)
    paper.headline("LEMBAR GAMBAR", _WHAT)
    stretch = f"{words.moment(sheet.from_90k, sheet.zone)} - {words.clock(sheet.to_90k, sheet.zone)}"
    paper.facts((("Kamera", sheet.camera), ("Waktu", stretch), ("Berkas", sheet.file)))
    paper.ln(3)
    paper.pictures(((one.jpeg, words.moment(one.at_90k, sheet.zone)) for one in sheet.stills), columns=2)
    return paper.bytes()
