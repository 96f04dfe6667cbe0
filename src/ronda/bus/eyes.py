"""Which eyes a node has: a question to it."""

from typing import Annotated, Final, Literal

from pydantic import Field

from ronda.bus.contract import Message

EYES: Final = "eyes"
"""The request that a node answers, see `request_subject`."""
MOST_EYES: Final = 500

Text = Annotated[str, Field(max_length=300)]


class AskEyes(Message):
    """Which eyes are there?"""


class EyeThere(Message):
    """An eye that is there or known; see `ronda.vision.models.shelf.Entry`.

    Attributes:
        state: As its file is; whether it works on a camera, that camera's gaps tell.
        ms: How long a picture took when it was added; None where not measured.
        published: Whether it can be fetched by its name.
    """

    name: Text
    state: Literal["ready", "damaged", "not here"]
    title: Text
    source: Text = ""
    licence: Text = ""
    classes: tuple[Text, ...] = ()
    version: Text = ""
    accuracy: Text = ""
    problem: str = Field(default="", max_length=2000)
    ms: float | None = None
    published: bool = False


class EyesThere(Message):
    """The answer: the built-in ones first, then what is there, then what is known."""

    eyes: tuple[EyeThere, ...] = Field(max_length=MOST_EYES)
