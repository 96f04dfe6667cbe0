"""The messages between the centre and its nodes: all serialisable, none holds a picture.

A node asks the centre for its cameras, page by page, and then follows `AssignmentChange`s, whose `revision` is
the fencing number; it publishes `CameraStatus` and `NodeEvent`; requests are answered by the node that holds the
camera. Times are `utc_90k`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Any, Final, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from ronda.base.causes import GapCause, SourceState
from ronda.base.time import HZ_90K


class Message(BaseModel):
    """Base of everything that travels."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def shown_as(**example: Any) -> ConfigDict:
    """Return the configuration of a message that the API shows as it is, with an example for who reads of it."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class RecordingMode(StrEnum):
    """When a camera is recorded."""

    OFF = "off"
    CONTINUOUS = "continuous"
    SCHEDULE = "schedule"
    EVENT = "event"


class Hours(Message):
    """A weekly stretch in the city's zone: weekdays 0 (Monday) to 6, minutes of the day."""

    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    from_minute: int = Field(ge=0, le=1440)
    to_minute: int = Field(ge=0, le=1440)


class Recording(Message):
    """How a camera is recorded."""

    mode: RecordingMode = RecordingMode.CONTINUOUS
    profile: Literal["main", "sub"] = "main"
    days: int = Field(default=7, ge=1, le=3650)
    hours: tuple[Hours, ...] = ()
    pre_roll_s: int = Field(default=10, ge=0, le=60)


class Watching(Message):
    """How a camera is looked at.

    Attributes:
        tier: How many pictures: none, one in some minutes, one a second, five to ten a second.
        eye: Who looks.
        document: Lines, zones and rules, as `ronda.vision.configuration` reads them.
    """

    tier: Literal["off", "sweep", "watch", "count"] = "sweep"
    eye: str = "builtin"
    document: dict[str, Any] = {}


class CameraSpec(Message):
    """What a node must know of a camera. The addresses hold credentials: never log, never show."""

    id: str
    name: str
    url: str = Field(repr=False)
    sub_url: str | None = Field(default=None, repr=False)
    snapshot_url: str | None = Field(default=None, repr=False)
    recording: Recording = Recording()
    vision: Watching = Watching()


class AssignmentRequest(Message):
    """A node asks the centre for its cameras behind the id `after`; answered with an `AssignmentPage`."""

    node: str
    after: str = ""


class AssignmentPage(Message):
    """Some of a node's cameras, by id, as they are assigned at `revision`; `more` follow behind the id `last`."""

    node: str
    revision: int
    cameras: tuple[CameraSpec, ...]
    more: bool = False
    last: str = ""


class AssignmentChange(Message):
    """What is different in a node's assignment since `before_revision`.

    A node that is not at `before_revision` has missed something and asks for the whole; where it is None, every
    node must. The revision is the fencing number that archive and events carry.
    """

    node: str
    revision: int
    before_revision: int | None
    put: tuple[CameraSpec, ...] = ()
    removed: tuple[str, ...] = ()


class ProfileStatus(Message):
    """What one source is doing and has counted since somebody last began to ask for its camera."""

    state: SourceState
    since: int
    reason: str | None = None
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    bitrate_bps: int | None = None
    keyframe_distance_s: float | None = None
    clock_offset_ms: float | None = None
    pictures: int = 0
    lost_packets: int = 0
    bad_packets: int = 0
    reconnects: int = 0
    viewers: int = 0


class CameraStatus(Message):
    """The state of a camera as its node sees it."""

    node: str
    camera: str
    profiles: dict[str, ProfileStatus]
    recording: bool
    gap: GapCause | None = None
    last_picture: int | None = None


class EventKind(StrEnum):
    """Kinds of events that a page may follow."""

    CAMERA_STATUS = "camera-status"
    CAMERA_ADDED = "camera-added"
    CAMERA_CHANGED = "camera-changed"
    CAMERA_REMOVED = "camera-removed"
    DISK_ALARM = "disk-alarm"
    DISK_RECOVERED = "disk-recovered"
    STILL = "still"
    PUBLICATION_CHANGED = "publication-changed"
    REGISTRY_CHANGED = "registry-changed"
    ALARM = "alarm"
    DISPATCH = "dispatch"


class NodeEvent(Message):
    """Something that happened, unique by (node, sequence)."""

    node: str
    sequence: int
    at: int
    kind: EventKind
    camera: str | None = None
    detail: dict[str, str | int | float | None] = {}


class Span(Message):
    """A half-open stretch of timeline time."""

    from_90k: int
    to_90k: int


class Gap(Span):
    """A stretch without pictures, and why."""

    cause: GapCause


class TimelineRequest(Message):
    """Asks for a camera's coverage and gaps between two moments."""

    camera: str
    profile: str | None = None
    from_90k: int
    to_90k: int


class Timeline(Message):
    """Coverage and gaps, in order, clipped to the range asked for."""

    profile: str
    coverage: tuple[Span, ...]
    gaps: tuple[Gap, ...]


MOST_MOTION_90K: Final = 6 * 3600 * HZ_90K
"""So long a time is searched for motion at once."""


class MotionRequest(Message):
    """Asks when something moved at a camera, by the size of its coded pictures: within six hours at most."""

    camera: str
    from_90k: int
    to_90k: int


class Motion(Message):
    """Stretches in which something moved, in order."""

    stretches: tuple[Span, ...]


class Hold(Message):
    """A range of a camera that must not be deleted, for a case or another reason.

    Attributes:
        id: Names it.
        camera: Of which camera.
        from_90k: Start of the range.
        to_90k: Its end.
        reason: Why.
        by: By whom.
        at: When.
        case: Number of the case; empty for none.
        until_90k: When it ends by itself; None for when somebody ends it.
    """

    id: str
    camera: str
    from_90k: int
    to_90k: int
    reason: str
    by: str
    at: int
    case: str = ""
    until_90k: int | None = None


class HoldsRequest(Message):
    """Asks for the holds, of one camera or all."""

    camera: str | None = None


class Holds(Message):
    """The holds, oldest first."""

    holds: tuple[Hold, ...]


class AddHold(Message):
    """Asks that a range be kept."""

    hold: Hold


class ExtendHold(Message):
    """Asks that a hold end at another moment."""

    id: str
    until_90k: int | None


class RemoveHold(Message):
    """Asks that a hold end."""

    id: str


class ProbeRequest(Message):
    """Asks the node to look at an address without adding it."""

    url: str = Field(repr=False)


class ProbeReport(Message):
    """What was found there, or exactly why nothing was."""

    model_config = shown_as(
        ok=True,
        url="rtsp://***@10.0.0.5/stream1",
        problem=None,
        mend=None,
        tracks=["video h264"],
        codec="h264",
        width=1920,
        height=1080,
        fps=15.0,
        bitrate_bps=1_800_000,
        keyframe_distance_s=2.0,
        clock_offset_ms=-120.0,
    )

    ok: bool
    url: str
    problem: str | None = None
    mend: str | None = None
    tracks: tuple[str, ...] = ()
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    bitrate_bps: int | None = None
    keyframe_distance_s: float | None = None
    clock_offset_ms: float | None = None


class ArchiveCheckRequest(Message):
    """Asks for every mismatch between files, journal, index and coverage; with `hashes`, every byte is read.

    With `seal` also what is left is held against the trees of days that are over.
    """

    repair: bool = False
    hashes: bool = True
    seal: bool = False


class Mismatch(Message):
    """One thing that does not agree."""

    model_config = shown_as(
        kind="missing-file",
        where="krapyak-rt03-rw04-1/main/2026-11-21/190000.000Z-4f2a.mp4",
        detail="the journal tells of it, and it is not there",
        repaired=False,
    )

    kind: str
    where: str
    detail: str
    repaired: bool = False


class ArchiveCheckReport(Message):
    """What was checked and found."""

    model_config = shown_as(files=288, mismatches=[])

    files: int
    mismatches: tuple[Mismatch, ...]


class ReindexRequest(Message):
    """Asks that the index be rebuilt from files and journal."""


class ReindexReport(Message):
    """What the new index holds."""

    model_config = shown_as(files=288, runs=12, seconds=1.4)

    files: int
    runs: int
    seconds: float


class TriggerRecording(Message):
    """Something happened at a camera that is recorded at events: record it for so long from now."""

    camera: str
    seconds: float = Field(default=30.0, gt=0, le=3600)


class ViewAccepted(Message):
    """A person has taken what a camera shows now for right: it is the reference from now on, by day and by night."""

    camera: str


class CompareView(Message):
    """A person says that a camera's view was mended: compare it with its reference now, and say what came of it.

    The answer only says that the node will; what it finds are signs of `own-eyes`: `over` where the view is right
    again, `changed` where it is not.
    """

    camera: str


class Done(Message):
    """The request was carried out."""


class Failure(Message):
    """A request was refused; `kind` is the name of the class in `ronda.base.errors`."""

    kind: str
    message: str
    mend: str = ""


REQUEST_NAMES: Final[dict[type[Message], str]] = {
    TimelineRequest: "timeline",
    MotionRequest: "motion",
    HoldsRequest: "holds",
    AddHold: "add-hold",
    ExtendHold: "extend-hold",
    RemoveHold: "remove-hold",
    ProbeRequest: "probe",
    ArchiveCheckRequest: "archive-check",
    ReindexRequest: "reindex",
    TriggerRecording: "trigger",
    ViewAccepted: "view-accepted",
    CompareView: "compare-view",
}
"""The last part of the subject on which a node answers each kind of request."""

M = TypeVar("M", bound=Message)
R = TypeVar("R", bound=Message)
Handler = Callable[[M], Awaitable[R]]


class Bus(Protocol):
    """Carries messages; `memory` within a process, later `nats` between machines.

    Messages are copied by serialising, so that neither side can lean on sharing an object.
    """

    async def publish(self, subject: str, message: Message) -> None:
        """Send to whoever follows `subject` now.

        A subscriber whose queue is full loses its oldest message, which is counted.
        """
        ...

    def subscribe(self, subject: str, kind: type[M]) -> AbstractAsyncContextManager[AsyncIterator[M]]:
        """Follow `subject`; a last part of `*` follows every subject with the parts before it."""
        ...

    async def request(self, subject: str, message: Message, kind: type[R], timeout_s: float = 10.0) -> R:
        """Ask whoever serves `subject`.

        Raises:
            Busy: Nobody answered in time, or nobody serves the subject.
            RondaError: What the other side raised, of the same kind.
        """
        ...

    def serve(self, subject: str, kind: type[M], handler: Handler[M, R]) -> AbstractAsyncContextManager[None]:
        """Answer requests on `subject` while the context is open."""
        ...


def assignment_subject(node: str) -> str:
    """Subject of what changes in a node's assignment."""
    return f"node.{node}.assignment"


def status_subject(node: str) -> str:
    """Subject of the statuses that a node publishes."""
    return f"node.{node}.status"


def event_subject(node: str) -> str:
    """Subject of the events that a node publishes."""
    return f"node.{node}.event"


def request_subject(node: str, name: str) -> str:
    """Subject of one kind of request to a node, such as `timeline` or `probe`."""
    return f"node.{node}.request.{name}"


def centre_subject(name: str) -> str:
    """Subject of one kind of request to the centre, such as `assignment`."""
    return f"centre.request.{name}"
