"""What verifying comes to."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final


class Kind(StrEnum):
    """The verdict in a word, from the best to the worst."""

    AUTHENTIC = "authentic"
    WITH_GAPS = "authentic-with-gaps"
    UNKNOWN_SIGNER = "unknown-signer"
    NOT_SIGNED = "not-signed"
    ALTERED = "altered"
    UNREADABLE = "unreadable"


STATUS: Final = {
    Kind.AUTHENTIC: 0,
    Kind.WITH_GAPS: 0,
    Kind.ALTERED: 1,
    Kind.NOT_SIGNED: 3,
    Kind.UNKNOWN_SIGNER: 4,
    Kind.UNREADABLE: 5,
}
"""Exit statuses; 2 is left to a command that was wrongly asked."""

UNCOMPARED: Final = ("authority-not-compared", "authority-missing")
"""Findings that leave open who sealed: anybody can make a certificate in a city's name."""

_ORDER: Final = list(Kind)


def worst(kinds: list[Kind]) -> Kind:
    """Return the worst of several verdicts; authentic where there is none."""
    return max(kinds, key=_ORDER.index, default=Kind.AUTHENTIC)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, in the words of `words.json`.

    Attributes:
        code: Which.
        values: What its words name: times as RFC 3339 in UTC, texts, numbers.
        kind: The verdict that it leads to; None for what is only told.
    """

    code: str
    values: dict[str, str | int] = field(default_factory=dict)
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One signature of the file.

    Attributes:
        number: From 1.
        fits: Whether it is that of its certificate over the file as it was then; None where its scheme is not known.
        name: Whose certificate it is.
        certificate_sha256: Of the certificate.
        authority: Who issued that, as far as certificates are there.
        authority_sha256: Of the topmost certificate; empty where only the signer's own is there.
        note: What whoever signed says.
    """

    number: int
    fits: bool | None
    name: str
    certificate_sha256: str
    authority: str
    authority_sha256: str
    note: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file and a manifest that fits say; empty where neither does.

    Attributes:
        unit: Who sealed.
        operator: Who did it.
        camera: Its name.
        place: Where it hangs.
        case: The matter's number.
        sealed_at: When, RFC 3339.
        start: Of the pictures, RFC 3339.
        end: Likewise; only a manifest says it.
        sha256: Of the file as it was exported.
        signed_video: Whether the camera signed its video; None where nobody says.
        clock_offset_s: What the camera's clock showed minus the server's time.
    """

    unit: str = ""
    operator: str = ""
    camera: str = ""
    place: str = ""
    case: str = ""
    sealed_at: str = ""
    start: str = ""
    end: str = ""
    sha256: str = ""
    signed_video: bool | None = None
    clock_offset_s: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole answer about one file."""

    file: str
    kind: Kind
    findings: tuple[Finding, ...]
    facts: Facts
    signatures: tuple[Judged, ...]

    @property
    def uncompared(self) -> bool:
        """Whether a good verdict leaves open who sealed, because no authority was given."""
        good = self.kind in (Kind.AUTHENTIC, Kind.WITH_GAPS)
        return good and any(one.code in UNCOMPARED for one in self.findings)

    @property
    def status(self) -> int:
        """The exit status."""
        return STATUS[self.kind]

    def document(self) -> dict[str, Any]:
        """Return the verdict as JSON's types."""
        return {
            "file": self.file,
            "verdict": self.kind.value,
            "uncompared": self.uncompared,
            "findings": [
                {"code": one.code, "grave": one.kind is not None, **({"values": one.values} if one.values else {})}
                for one in self.findings
            ],
            "facts": {name: getattr(self.facts, name) for name in Facts.__slots__},
            "signatures": [{name: getattr(one, name) for name in Judged.__slots__} for one in self.signatures],
        }


def rfc3339(moment: datetime) -> str:
    """Return a moment in UTC, to the second."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
