"""What a node and its vision workers say to each other; each message may have one payload of bytes beside it.

Times are `utc_90k`; places on a picture are in 0..1 of it.
"""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ronda.media.access_unit import Codec, Encoding
from ronda.vision.analytics.contract import Turn
from ronda.vision.objects import FaceClass, ObjectClass

VERSION: Final = 1
"""Both sides are of one installation; another version is refused rather than guessed at."""


class Tier(StrEnum):
    """How many pictures of a camera are looked at."""

    OFF = "off"
    SWEEP = "sweep"
    WATCH = "watch"
    COUNT = "count"


class Told(BaseModel):
    """Base of all messages."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# To the worker.


class Hello(Told):
    """The first message: how to work.

    Attributes:
        models: The folder of the larger eyes.
        width: Pictures are decoded at most so wide.
        hardware: See `ronda.media.codec.sparse.Sparseness`.
        batch: The most pictures that an eye looks at together.
        own_eyes: The file of what cameras look like (`ronda.vision.own_eyes.memory`); empty where nobody asks.
        kept: The file of what analytics must know to go on after a restart; empty: nothing is kept.
        zone: The city's time zone, by which burnt-in clocks are judged; empty: letterings are not read.
        sweep_s: A camera that is watched or counted is judged by its own eyes so often.
    """

    kind: Literal["hello"] = "hello"
    version: int = VERSION
    models: str = ""
    width: int = 960
    hardware: str = "none"
    batch: int = 16
    own_eyes: str = ""
    kept: str = ""
    zone: str = ""
    sweep_s: float = 300.0


class WatchCamera(Told):
    """Look at a camera from now on, or otherwise than until now.

    Attributes:
        rate: Pictures a second, at most.
        document: Its configuration: lines, zones, rules (`ronda.vision.configuration`).
        name: What the registry calls it.
        recorder: Names what it hangs on: cameras of one recorder may be swapped.
    """

    kind: Literal["watch"] = "watch"
    camera: str
    tier: Tier
    eye: str
    rate: float = Field(gt=0, le=60)
    document: dict[str, Any] = {}
    name: str = ""
    recorder: str = ""


class ForgetCamera(Told):
    """Look at a camera no more."""

    kind: Literal["forget"] = "forget"
    camera: str


class Coding(Told):
    """What a decoder must know; goes with a picture where it is new. The payload begins with the configuration.

    Attributes:
        configuration: How many bytes of the payload are the body of the `avcC` or `hvcC` box.
    """

    codec: Codec
    width: int
    height: int
    configuration: int

    @classmethod
    def of(cls, encoding: Encoding) -> "Coding":
        """Return what is told of an encoding."""
        size = len(encoding.decoder_configuration)
        return cls(codec=encoding.codec, width=encoding.width, height=encoding.height, configuration=size)

    def encoding(self, configuration: bytes) -> Encoding:
        """Return what a decoder needs; its parameter sets are within the configuration."""
        return Encoding(self.codec, (), self.width, self.height, "", configuration)


class UnitTold(Told):
    """A coded picture; the payload is its data, behind the decoder's configuration where `coding` is set.

    Attributes:
        alone: Nothing follows that needs it: it comes out at once.
        coding: Set where a decoder must start anew.
    """

    kind: Literal["unit"] = "unit"
    camera: str
    at_90k: int
    dts_90k: int
    keyframe: bool
    alone: bool = False
    coding: Coding | None = None


class ImageTold(Told):
    """A picture of a camera's snapshot address; the payload is the image file."""

    kind: Literal["image"] = "image"
    camera: str
    at_90k: int


class LookNow(Told):
    """Let a camera's own eyes look at its next picture: somebody waits for it."""

    kind: Literal["look-now"] = "look-now"
    camera: str


class Ping(Told):
    """Asks the worker's main thread whether it still works."""

    kind: Literal["ping"] = "ping"
    number: int


class Stop(Told):
    """Say what is still open, and end."""

    kind: Literal["stop"] = "stop"


# From the worker.


class Ready(Told):
    """The answer to `Hello`."""

    kind: Literal["ready"] = "ready"
    version: int = VERSION
    pid: int


class EyeTold(Told):
    """Which eye it was."""

    id: str
    title: str
    version: str


class Boxed(Told):
    """A thing that is followed, where it is now."""

    track: int
    label: ObjectClass
    xyxy: tuple[float, float, float, float]
    hidden: bool = False
    speed_kmh: float | None = None


class Counted(Told):
    """One thing has passed; see `ronda.vision.analytics.contract.Count`."""

    line: str
    direction: str
    label: ObjectClass | FaceClass
    track: int
    at_90k: int
    speed_kmh: float | None = None
    eye: EyeTold | None = None


class Measured(Told):
    """A number at a moment; see `ronda.vision.analytics.contract.Measure`."""

    analytic: str
    zone: str
    name: str
    value: float
    unit: str
    at_90k: int


class ShotTold(Told):
    """A picture that was sent before, and the place on it that matters."""

    id: str
    at_90k: int
    xyxy: tuple[float, float, float, float] | None = None


class Signed(Told):
    """Something that a person should look at; see `ronda.vision.analytics.contract.Sign`."""

    analytic: str
    zone: str
    key: str
    turn: Turn
    at_90k: int
    since_90k: int
    level: int | None = None
    label: ObjectClass | None = None
    shots: tuple[ShotTold, ...] = ()
    detail: dict[str, float | int | str] = {}


class Passed(Told):
    """A thing that was followed to its end.

    Attributes:
        colour: The colour that most of it has; empty where it cannot be told.
        direction: Where it went: up, down, left, right, or empty where it hardly moved.
        lines: The lines that it crossed, each with a direction.
        zones: The zones in which it stood.
        best: Its best picture: it and what is around it.
    """

    track: int
    label: ObjectClass
    colour: str
    direction: str
    lines: tuple[tuple[str, str], ...]
    zones: tuple[str, ...] = ()
    first_90k: int
    last_90k: int
    seen: int
    speed_kmh: float | None = None
    best: ShotTold | None = None


class Shown(Told):
    """A picture to keep; the payload is the JPEG, and a message that names it follows."""

    kind: Literal["shown"] = "shown"
    camera: str
    id: str
    at_90k: int


class SeenTold(Told):
    """What one picture of a camera came to; without an eye, it was one for the sweep."""

    kind: Literal["seen"] = "seen"
    camera: str
    at_90k: int
    eye: EyeTold | None = None
    boxes: tuple[Boxed, ...] = ()
    counts: tuple[Counted, ...] = ()
    measures: tuple[Measured, ...] = ()
    signs: tuple[Signed, ...] = ()
    passed: tuple[Passed, ...] = ()


class LookAgain(Told):
    """Another picture of a swept camera, so soon, would tell whether what was seen is so.

    Attributes:
        learning: Nothing was seen; it would teach a camera its view, and may wait.
    """

    kind: Literal["look-again"] = "look-again"
    camera: str
    seconds: float
    learning: bool = False


class Trouble(Told):
    """A camera cannot be looked at as it was asked for, and why; nothing comes of it until it is told otherwise."""

    kind: Literal["trouble"] = "trouble"
    camera: str
    problem: str
    mend: str = ""


class Missed(Told):
    """Pictures that were not looked at."""

    kind: Literal["missed"] = "missed"
    camera: str
    cause: Literal["overloaded", "undecodable"]
    pictures: int


class Numbers(Told):
    """What a worker has counted since its start.

    Attributes:
        decoded: Pictures decoded.
        looked: Pictures that an eye has looked at.
        swept: Pictures of sweeps.
        dropped: Pictures that were not decoded because there were too many.
        bad: Pictures that could not be decoded.
        failures: Errors inside Ronda.
        decode_s: Seconds spent in decoding.
        look_s: Seconds spent in looking.
        waiting: Pictures that wait now.
        resident_bytes: Its memory.
    """

    decoded: int = 0
    looked: int = 0
    swept: int = 0
    dropped: int = 0
    bad: int = 0
    failures: int = 0
    decode_s: float = 0.0
    look_s: float = 0.0
    waiting: int = 0
    resident_bytes: int = 0


class Pong(Told):
    """The answer to `Ping`."""

    kind: Literal["pong"] = "pong"
    number: int
    numbers: Numbers


ToWorker = Annotated[
    Hello | WatchCamera | ForgetCamera | UnitTold | ImageTold | LookNow | Ping | Stop, Field(discriminator="kind")
]
FromWorker = Annotated[Ready | Shown | SeenTold | LookAgain | Trouble | Missed | Pong, Field(discriminator="kind")]
