"""The eyes that there are, and those that could be added: pages let one choose, and say *needs a model* and how."""

from collections import Counter
from typing import Annotated, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from ronda.bus.eyes import EyeThere
from ronda.people.action import Action
from ronda.vision.configuration import models_named
from ronda.web.gate import Caller, SeesSome

router = APIRouter(prefix="/api/v1", tags=["eyes"])
_BUILTIN: Final = "builtin"


class EyeKnown(BaseModel):
    """An eye that is there, or known, or named by a camera's document."""

    name: Annotated[str, Field(description="As a document names it", examples=["yolox_nano"])]
    state: Annotated[
        Literal["ready", "damaged", "not here"], Field(description="How its files are", examples=["not here"])
    ]
    title: Annotated[str, Field(examples=["YOLOX Nano"])]
    version: Annotated[str, Field(description="As numbers that come from it name it", examples=["695e750a"])]
    classes: Annotated[list[str], Field(description="What it tells apart", examples=[["person", "car"]])]
    source: Annotated[str, Field(description="Whose it is", examples=["YOLOX"])]
    licence: Annotated[str, Field(examples=["Apache-2.0"])]
    accuracy: Annotated[str, Field(description="What is known of it, by whom", examples=["not measured"])]
    ms: Annotated[
        float | None, Field(description="Time for a picture there, as measured when it was added", examples=[55.2])
    ]
    problem: Annotated[str, Field(description="What is wrong with a damaged one", examples=[""])]
    mend: Annotated[
        str,
        Field(
            description="How it is added, where it is not ready", examples=["`ronda models pull yolox_nano` adds it"]
        ),
    ]
    cameras: Annotated[int, Field(description="How many of the cameras that you may see name it", examples=[2])]


class EyesKnown(BaseModel):
    """The eyes, the built-in ones first."""

    eyes: list[EyeKnown]


@router.get("/eyes", summary="Which eyes there are")
async def get_eyes(caller: SeesSome) -> EyesKnown:
    """Return the eyes that cameras can be looked at with, those that could be added, and who names which.

    One that documents name and that is not `ready` lets its cameras unseen: their gaps have the cause `no-eye`.
    """
    there = await caller.parts.observing.eyes()
    named = _named(caller)
    known = {one.name for one in there}
    strangers = [EyeThere(name=name[:300], state="not here", title=name[:300]) for name in sorted(named.keys() - known)]
    return EyesKnown(eyes=[_shown(one, named[one.name]) for one in (*there, *strangers)])


def _named(caller: Caller) -> Counter[str]:
    """Return how many cameras of the caller's name each eye."""
    reach, city = caller.reach(Action.SEE), caller.parts.centre.city
    found: Counter[str] = Counter()
    for camera in caller.parts.centre.cameras.all():
        document = camera.watching
        if document is None or document.get("tier") in ("off", "sweep") or not reach.holds(city.place_of(camera)):
            continue
        found[str(document.get("eye", _BUILTIN)).partition("@")[0]] += 1
        found.update(models_named(document))
    return found


def _shown(eye: EyeThere, cameras: int) -> EyeKnown:
    told = eye.model_dump(exclude={"published"}) | {"classes": list(eye.classes)}
    return EyeKnown(**told, mend=_mend(eye), cameras=cameras)


def _mend(eye: EyeThere) -> str:
    if eye.state == "ready":
        return ""
    if eye.published:
        return f"`ronda models pull {eye.name}` on the server adds it; without internet `ronda models add FILE`"
    return "`ronda models add FILE` on the server adds it"
