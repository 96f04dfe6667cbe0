"""What is kept of a parked vehicle so that another process can go on watching it: the same alarm, and its end."""

from typing import Annotated, Any, Final, Self

import numpy as np
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from ronda.vision.analytics.parked import Parked
from ronda.vision.appearance import REACH, SIDE, Appearance, Floats
from ronda.vision.objects import ObjectClass

_SIDE: Final = SIDE + 2 * REACH
Look = Annotated[Base64Bytes, Field(min_length=_SIDE * _SIDE, max_length=_SIDE * _SIDE)]
"""Grey levels of a look, row by row."""


class KeptVehicle(BaseModel):
    """One vehicle, as `Parked` knows it; its pictures and the numbers of its tracks are not kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    box: tuple[float, float, float, float]
    since_90k: int
    seen_90k: int
    label: ObjectClass
    look: Look
    before: Look | None
    around: Look
    raised: bool
    half: bool
    known: bool
    by_look: bool

    @classmethod
    def of(cls, one: Parked) -> Self:
        """Return what is to be kept of one."""
        before = one.look.before
        told: dict[str, Any] = {
            name: getattr(one, name)
            for name in ("key", "box", "since_90k", "label", "raised", "half", "known", "by_look")
        }
        told["seen_90k"] = one.seen_90k if one.unseen_90k is None else one.unseen_90k
        told |= {"look": _packed(one.look.there), "around": _packed(one.around)}
        told["before"] = None if before is None else _packed(before)
        return cls.model_construct(None, **told)

    def parked(self) -> Parked:
        """Return the vehicle; nobody has seen it yet."""
        before = None if self.before is None else _unpacked(self.before)
        return Parked(
            self.box,
            self.since_90k,
            self.seen_90k,
            self.label,
            Appearance(_unpacked(self.look), before),
            _unpacked(self.around),
            [],
            raised=self.raised,
            half=self.half,
            known=self.known,
            by_look=self.by_look,
            key=self.key,
            unseen_90k=self.seen_90k,
        )


class KeptZone(BaseModel):
    """All that stand in one zone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    standing: tuple[KeptVehicle, ...] = ()


def _packed(look: Floats) -> bytes:
    return np.clip(np.round(look), 0, 255).astype(np.uint8).tobytes()


def _unpacked(look: bytes) -> Floats:
    return np.frombuffer(look, np.uint8).reshape(_SIDE, _SIDE).astype(np.float32)
