"""Sealed exports over the bus: ordered, signed, completed, removed; pictures and files stay with the node.

A node copies the footage and hands up a digest; the centre signs it; the node puts the signature in; the centre sends
what lies beside the file, and it is whole. The key never leaves the centre. Times are `utc_90k`.
"""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from ronda.bus.contract import Gap, Message, Span

EXPORT_ID: Final = r"^[0-9a-f]{16}$"
MOST_SECONDS: Final = 6 * 3600
Id = Annotated[str, Field(pattern=EXPORT_ID)]
Hex = Annotated[str, Field(pattern=r"^([0-9a-f]{2})*$", max_length=20_000)]


class ExportState(StrEnum):
    """How a sealed export stands at its node."""

    WAITING = "waiting"
    MAKING = "making"
    TO_SIGN = "to-sign"
    SIGNED = "signed"
    READY = "ready"
    FAILED = "failed"


class ExportPlace(Message):
    """Where the view is."""

    name: str
    latitude: float
    longitude: float


class MakeExport(Message):
    """Orders a sealed export.

    Attributes:
        id: Names it, here and in its address.
        name: Of its files, without what follows the dot.
        camera: Of which camera.
        from_90k: Start of the stretch.
        to_90k: Its end.
        until_90k: When the files are deleted.
        at_90k: When it was ordered.
        unit: What the exporting unit is called.
        operator: Who exports.
        camera_name: What the camera is called.
        address: The camera's, without credentials.
        line: Its channel at a recorder.
        place: Where it is, where that is known.
        certificate: Of the key that will sign, DER, hexadecimal.
        signature_bytes: How long its signature will be.
    """

    id: Id
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$")]
    camera: str
    from_90k: int
    to_90k: int
    until_90k: int
    at_90k: int
    unit: str
    operator: str
    camera_name: str
    address: str = ""
    line: str = ""
    place: ExportPlace | None = None
    certificate: Hex
    signature_bytes: int = Field(ge=256, le=2048)


class ExportAbout(Message):
    """Asks how an export stands."""

    id: Id


class SignExport(Message):
    """Gives the signature over the digest that was handed up, hexadecimal."""

    id: Id
    signature: Hex


class BesideFile(Message):
    """A file that lies beside the sealed one: what follows its name, such as `.manifest.json`, and base64."""

    ending: Annotated[str, Field(pattern=r"^\.[a-z0-9]{1,10}(\.[a-z0-9]{1,10})?$")]
    data: str


class CompleteExport(Message):
    """Gives what lies beside the file; with that the export is whole."""

    id: Id
    files: Annotated[tuple[BesideFile, ...], Field(max_length=12)]


class RemoveExport(Message):
    """Asks that an export and its files be no more; one that is being made is not made on."""

    id: Id


class PieceSealed(Message):
    """About ten seconds of pictures of a sealed file: where they begin, how many bytes, their SHA-256, of when."""

    offset: int
    bytes: int
    sha256: str
    from_90k: int
    to_90k: int


class SegmentSealed(Message):
    """A segment that a sealed file was made from, as it was read.

    Attributes:
        file: Its path below the volume.
        from_90k: Where its footage starts.
        to_90k: Where it ends.
        bytes: How large it is.
        sha256: Of its bytes, read for this export.
        kept_sha256: What was kept when it was closed; None where it is not closed yet.
        origin: How it came here.
        node: Who wrote it.
        run: Of which run.
        closed: Whether it was finished.
        altered: Whether it is not what was kept.
        pieces: Its pictures in the sealed file, in order, without a byte between them.
    """

    file: str
    from_90k: int
    to_90k: int
    bytes: int
    sha256: str
    kept_sha256: str | None
    origin: str
    node: str
    run: str
    closed: bool
    altered: bool
    pieces: tuple[PieceSealed, ...]


class EncodingChange(Message):
    """Where the camera's encoding changes, and to what."""

    at_90k: int
    codec: str
    width: int
    height: int


class ExportMade(Message):
    """What was copied.

    Attributes:
        profile: Of the camera.
        digest: SHA-256 of the file with the room for the signature empty: what is to be signed.
        bytes: How large the file is.
        head_bytes: How much stands before the pictures.
        head_sha256: Of that.
        signature_offset: Where in the file the signature's room begins.
        start_90k: Time of day of its first picture.
        codec: Of its first picture, with `width` and `height`.
        delivered: The stretches that it shows.
        gaps: What is missing in what was asked for, and why.
        changes: Where the encoding changes.
        segments: What it was made from.
        clock_offset_90k: The camera's clock minus ours, measured at the first run; None where it was not.
        signed_video: Whether the camera's own signatures (ONVIF Media Signing) are in it.
    """

    profile: str
    digest: str
    bytes: int
    head_bytes: int
    head_sha256: str
    signature_offset: int
    start_90k: int
    codec: str
    width: int
    height: int
    delivered: tuple[Span, ...]
    gaps: tuple[Gap, ...]
    changes: tuple[EncodingChange, ...]
    segments: tuple[SegmentSealed, ...]
    clock_offset_90k: int | None
    signed_video: bool


class ExportStanding(Message):
    """How an export stands.

    Attributes:
        state: How far it is.
        progress: Which share of it is copied, 0..1.
        bytes: How large the sealed file is.
        made: What was copied, as soon as it is.
        sha256: Of the signed file, as soon as it is.
        files: The names of all that can be fetched, once it is whole.
        problem: Why it was not made; `mend` what can be done.
    """

    state: ExportState
    progress: float = 0.0
    bytes: int = 0
    made: ExportMade | None = None
    sha256: str = ""
    files: tuple[str, ...] = ()
    problem: str = ""
    mend: str = ""


EXPORT_REQUESTS: Final[dict[type[Message], str]] = {
    MakeExport: "export-make",
    ExportAbout: "export-about",
    SignExport: "export-sign",
    CompleteExport: "export-complete",
    RemoveExport: "export-remove",
}
"""The last part of the subject on which a node answers each kind of request."""
