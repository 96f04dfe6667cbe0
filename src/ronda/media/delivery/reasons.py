"""Why a viewer does not get what was asked for: a code that pages translate, and one English sentence.

Pages say the sentence in their own words by the code; the sentence is for programs and for codes that a page
does not know yet. `docs/api.md` lists them in both languages.
"""

from dataclasses import dataclass
from typing import Final

from ronda.media.access_unit import Codec
from ronda.media.delivery.permission import Treatment


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something else is shown.

    Attributes:
        code: What pages translate.
        sentence: The same in English.
    """

    code: str
    sentence: str


CROWDED: Final = Reason(
    "crowded", "More people are watching than this server serves at once: single pictures are shown instead."
)
CAMERA_BUSY: Final = Reason(
    "camera-busy", "The recorder of this camera sends as many pictures at once as it can: single pictures are shown."
)
STILLS_ONLY: Final = Reason("stills-only", "Of this camera only single pictures are public.")
WITHOUT_PEOPLE: Final = Reason(
    "without-people", "This camera is shown without people: as single pictures, made of several minutes."
)
DELAYED: Final = Reason("delayed", "This camera is shown with a delay: there is no live picture of it.")
MASKS_BUSY: Final = Reason(
    "masks-busy",
    "Parts of this view are covered, and this machine covers no more cameras' video at a time.",
)
MASKS_UNPLAYABLE: Final = Reason(
    "masks-unplayable", "Parts of this view are covered in video that this browser cannot play."
)
MASKED_PAST: Final = Reason("masked-past", "Parts of this view are covered: its past is shown in single pictures.")
NOTHING_PLAYABLE: Final = Reason("codec", "This browser plays neither H.264 nor H.265 video.")
CONVERTERS_BUSY: Final = Reason(
    "converters-busy",
    "This browser cannot play the camera's video, and this machine converts no more cameras at a time.",
)
_NAMES: Final = {Codec.H264: "H.264", Codec.H265: "H.265"}


def unplayable(codec: Codec) -> Reason:
    """Return that a player cannot play what a camera sends."""
    return Reason(f"codec-{codec.value}", f"This camera sends {_NAMES[codec]}, which this browser cannot play.")


def unplayable_past(codec: Codec) -> Reason:
    """Return that a player cannot play what was recorded."""
    sentence = f"This footage is {_NAMES[codec]}, which this browser cannot play: single pictures are shown."
    return Reason(f"past-{codec.value}", sentence)


def no_live(treatment: Treatment) -> Reason | None:
    """Return why there is nothing live under a treatment; None where there is."""
    if treatment.without_people:
        return WITHOUT_PEOPLE
    if treatment.delay_s > 0:
        return DELAYED
    return STILLS_ONLY if treatment.stills_only else None


def no_past(treatment: Treatment) -> Reason | None:
    """Return why no past is played under a treatment; None where it is."""
    if treatment.without_people:
        return WITHOUT_PEOPLE
    return STILLS_ONLY if treatment.stills_only else None
