"""What the examining process is ordered to do, as JSON on its stdin."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ronda.base.errors import BadInput
from ronda.vision.detectors.eyes import BUILTIN
from ronda.vision.examining.examiner import MOST

_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Order(BaseModel):
    """An order.

    Attributes:
        clip: The video to look through.
        out: The folder that is filled; made where there is none.
        start_90k: When the clip begins: what is found is told in the same time.
        plates: Whether plates are read.
        likeness: Whether it is said how things look.
        eye: Which eye looks.
        models: The folder of models.
        rate: Pictures a second, at most.
        most: So many things are found at most.
        masks: Parts of the view that are painted over before anything looks, as corners in 0..1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    clip: Path
    out: Path
    start_90k: int = 0
    plates: bool = True
    likeness: bool = True
    eye: Annotated[str, Field(max_length=200)] = BUILTIN
    models: Path
    rate: Annotated[float, Field(gt=0, le=30, allow_inf_nan=False)] = 8.0
    most: Annotated[int, Field(ge=1, le=10_000)] = MOST
    masks: Annotated[tuple[tuple[tuple[_Share, _Share], ...], ...], Field(max_length=100)] = ()


def read_order(text: str) -> Order:
    """Return an order out of JSON.

    Raises:
        BadInput: It is none; says where.
    """
    try:
        return Order.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(
            f"the order of an examination is not as it should be: {place}: {first['msg'].lower()}"
        ) from error
