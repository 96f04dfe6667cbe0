"""What a sealed export is at the centre, and within which bounds one may be asked for; moments in `utc_90k`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.bus.evidence import MOST_SECONDS

MOST_DAYS: Final = 365
_AHEAD_90K: Final = 60 * HZ_90K


class SealState(StrEnum):
    """How an export stands at the centre."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    REMOVED = "removed"
    EXPIRED = "expired"


OPEN: Final = (SealState.MAKING, SealState.READY)


@dataclass(frozen=True, slots=True)
class NewExport:
    """What somebody asks for.

    Attributes:
        camera: Of which camera.
        from_90k: Start of the stretch.
        to_90k: Its end.
        days: For how many days its files can be fetched; None for as many as usual.
        case: Number of the case; empty for none.
        basis: The law it is asked for by.
        purpose: What for.
        letter: Number of a letter.
    """

    camera: str
    from_90k: int
    to_90k: int
    days: int | None
    case: str = ""
    basis: str = ""
    purpose: str = ""
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """One export; moments in `utc_90k`.

    Attributes:
        id: Its id.
        camera: Of which camera.
        from_90k: Start of the stretch that was asked for.
        to_90k: Its end.
        name: Of its files, without what follows the dot.
        case: Number of the case; empty for none.
        basis: The law it is asked for by.
        purpose: What for.
        letter: Number of a letter.
        by: Who exports.
        at_90k: When it was ordered.
        until_90k: When its files are deleted.
        certificate: SHA-256 of the certificate that it is sealed with, hexadecimal.
        state: How it stands.
        problem: Why it was not made; `mend` what can be done.
        bytes: How large the sealed file is.
        sha256: Of the sealed file.
        gaps: How many gaps there are in it.
        altered: How many of its segments are not what was kept of them when they were closed.
        files: The names of its files.
        ended_by: Who removed it.
        ended_90k: When it ended.
        at_node: Whether its node may still have something of it.
    """

    id: str
    camera: str
    from_90k: int
    to_90k: int
    name: str
    case: str
    basis: str
    purpose: str
    letter: str
    by: str
    at_90k: int
    until_90k: int
    certificate: str
    state: SealState = SealState.MAKING
    problem: str = ""
    mend: str = ""
    bytes: int = 0
    sha256: str = ""
    gaps: int = 0
    altered: int = 0
    files: tuple[str, ...] = ()
    ended_by: str | None = None
    ended_90k: int | None = None
    at_node: bool = True


def check_wanted(new: NewExport, now_90k: int) -> None:
    """Check what is ordered against the bounds.

    Raises:
        BadInput: The stretch is empty, too long, or not over yet; or the days are too many.
    """
    if new.days is not None and not 1 <= new.days <= MOST_DAYS:
        raise BadInput(f"an export cannot be kept {new.days} days", f"say 1 to {MOST_DAYS}")
    seconds = (new.to_90k - new.from_90k) / HZ_90K
    if not 1 <= seconds <= MOST_SECONDS:
        raise BadInput(
            f"an export of {seconds:.0f} seconds cannot be made",
            f"choose a stretch of 1 second to {MOST_SECONDS // 3600} hours",
        )
    if new.to_90k > now_90k + _AHEAD_90K:
        raise BadInput("the stretch is not over yet", "export it when it is; keep it until then with a hold")


def name_of(camera: str, from_90k: int, to_90k: int) -> str:
    """Return what the files of an export are called, without what follows the dot: camera, start in UTC, length."""
    start = datetime.fromtimestamp(from_90k / HZ_90K, UTC)
    return f"{camera}_{start:%Y-%m-%dT%H-%M-%SZ}_{(to_90k - from_90k) // HZ_90K}s"
