"""The document beside a sealed file: what was asked for, what is in it, where it comes from, who asked.

UTF-8 JSON, signed as the bytes that it is (`NAME.sig`): whoever reads it back checks those bytes, not these values.
Times are RFC 3339 in UTC, hashes SHA-256 in lower case hexadecimal.
"""

import json
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ronda.base.errors import BadInput

LARGEST_BYTES: Final = 32 * 1024 * 1024
_MOST: Final = 50_000

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Time = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$")]
Text = Annotated[str, Field(max_length=2_000)]
Count = Annotated[int, Field(ge=0, le=1 << 53)]


class Part(BaseModel):
    """Base of all that a manifest holds: unchangeable, of exact types, nothing unknown in it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", populate_by_name=True)


class Stretch(Part):
    """A stretch of time; `end` is not in it."""

    start: Time = Field(validation_alias="from", serialization_alias="from")
    end: Time = Field(validation_alias="to", serialization_alias="to")


class Gap(Stretch):
    """Where nothing was recorded, though it was asked for."""

    cause: Text


class FileSaid(Part):
    """The sealed file as it left the city, its first signature in it."""

    name: Text
    size: Count = Field(validation_alias="bytes", serialization_alias="bytes")
    sha256: Sha256


class HeadSaid(Part):
    """What stands before the pictures: `ftyp`, `moov`, the header of `mdat`."""

    size: Count = Field(validation_alias="bytes", serialization_alias="bytes")
    sha256: Sha256


class CameraSaid(Part):
    """The camera, and what it hangs on."""

    id: Text
    name: Text
    place: Text = ""
    area: Text = ""
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    address: Text = ""
    recorder: Text = ""
    make: Text = ""
    model: Text = ""
    firmware: Text = ""


class Change(Part):
    """From when on pictures are encoded otherwise than before; the first one says how they begin."""

    at: Time
    codec: Text
    width: Count
    height: Count


class Segment(Part):
    """A file of the archive that pictures were taken out of.

    `sha256` is that of the whole file when it was read for the export, `kept_sha256` the one that was written down when
    it was closed; None where it was still being written, or is older than such hashes.
    """

    file: Text
    start: Time = Field(validation_alias="from", serialization_alias="from")
    end: Time = Field(validation_alias="to", serialization_alias="to")
    size: Count = Field(validation_alias="bytes", serialization_alias="bytes")
    sha256: Sha256
    kept_sha256: Sha256 | None = None
    origin: Text = "live"
    node: Text = ""
    closed: bool = True


class FilePart(Part):
    """A run of bytes of the sealed file, all of one segment: so an alteration can be told apart from the rest.

    `segment` is its place in `segments`, from 0. Parts follow one another and do not overlap.
    """

    segment: Count
    start: Time = Field(validation_alias="from", serialization_alias="from")
    end: Time = Field(validation_alias="to", serialization_alias="to")
    offset: Count
    size: Count = Field(validation_alias="bytes", serialization_alias="bytes")
    sha256: Sha256


class ClockSaid(Part):
    """How far the camera's own clock was from the server's; the file's times are the server's.

    `offset_s` is what the camera showed minus the server's time, None where it was not measured.
    """

    offset_s: float | None = None
    measured_at: Time | None = None
    how: Text = ""


class CaseSaid(Part):
    """Whose matter it is."""

    number: Text
    basis: Text = ""
    purpose: Text = ""
    letter: Text = ""


class AccessLogSaid(Part):
    """The access log's tree when the export was made (`ronda accesslog`)."""

    size: Count
    root: Sha256


class SealSaid(Part):
    """How it is signed, for those who check without Ronda.

    `signature_offset` is where the signature's bytes lie in the file; with zeros there, the file's SHA-256 is
    `signed_sha256`.
    """

    algorithm: Text
    certificate_sha256: Sha256
    authority_sha256: Sha256
    signature_offset: Count
    signature_bytes: Count
    signed_sha256: Sha256


class TimeStampSaid(Part):
    """An RFC 3161 time stamp over the sealed file (`NAME.tsr`): made, not asked for, or why there is none."""

    state: Literal["made", "failed", "not-asked"] = "not-asked"
    server: Text = ""
    at: Time | None = None
    reason: Text = ""


class Manifest(Part):
    """The whole document."""

    format: Literal["ronda-evidence"] = "ronda-evidence"
    version: Literal[1] = 1
    file: FileSaid
    head: HeadSaid | None = None
    camera: CameraSaid
    asked: Stretch
    delivered: tuple[Stretch, ...] = Field(max_length=_MOST)
    gaps: tuple[Gap, ...] = Field(default=(), max_length=_MOST)
    changes: tuple[Change, ...] = Field(default=(), max_length=_MOST)
    segments: tuple[Segment, ...] = Field(default=(), max_length=_MOST)
    parts: tuple[FilePart, ...] = Field(default=(), max_length=_MOST)
    clock: ClockSaid = ClockSaid()
    signed_video: bool = False
    case: CaseSaid | None = None
    operator: Text
    unit: Text
    software: Text
    made_at: Time
    access_log: AccessLogSaid | None = None
    seal: SealSaid
    time_stamp: TimeStampSaid = TimeStampSaid()


def write(manifest: Manifest) -> bytes:
    """Return the manifest's bytes, to be signed and written as they are."""
    return (json.dumps(manifest.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1) + "\n").encode()


def read(data: bytes) -> Manifest:
    """Return what a manifest says.

    Raises:
        BadInput: It is none, or says something impossible; names what and where.
    """
    if len(data) > LARGEST_BYTES:
        raise BadInput(f"the manifest has more than {LARGEST_BYTES} bytes", "choose the file NAME.manifest.json")
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "its beginning"
        raise BadInput(
            f"the manifest cannot be read: {first['msg']} (at {where})", "choose the file NAME.manifest.json"
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInput("the manifest is no JSON", "choose the file NAME.manifest.json") from error
