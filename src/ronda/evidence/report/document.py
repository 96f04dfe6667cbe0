"""What stands on the papers of a case; moments in `utc_90k`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from ronda.evidence.cases.case import Case, Custody
from ronda.evidence.seal.manifest import Manifest


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A file that is handed over.

    Attributes:
        name: Its name.
        size: Its bytes.
        sha256: Their hash, in hexadecimal digits.
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Still:
    """A picture of the footage, to recognise it by: a JPEG and when it was."""

    at_90k: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed export.

    Attributes:
        manifest: What lies beside it.
        files: What is handed over, the sealed file first.
        stills: Pictures for the contact sheet, in the order of time.
    """

    manifest: Manifest
    files: tuple[PaperFile, ...]
    stills: tuple[Still, ...] = ()


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything that the papers say.

    Attributes:
        city: Whose system it is.
        made_90k: When the paper is made.
        zone: In which its times are.
        number: Of the case; empty where there is none.
        exports: What is handed over; at least one.
        case: The case, where the system knows it.
        custody: Its chain of custody, oldest first.
        code: What the QR code says; empty for none.
        names: By account: the name as people write it.
    """

    city: str
    made_90k: int
    zone: tzinfo
    number: str
    exports: tuple[Sealed, ...]
    case: Case | None = None
    custody: tuple[Custody, ...] = ()
    code: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
