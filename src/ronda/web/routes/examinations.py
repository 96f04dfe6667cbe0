"""Examinations in a case: orders, and searching what was found by plate and by how alike things look.

Nothing of this runs, or is shown, outside an approved case with a legal basis.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from ronda.base.errors import Conflict, NotAllowed, NotFound
from ronda.base.time import format_rfc3339, parse_rfc3339
from ronda.evidence.cases.case import Case
from ronda.evidence.examinations.exam import Examination, Found, NewExamination, Standing, check_case
from ronda.evidence.examinations.examinations import may_examine
from ronda.evidence.examinations.ranking import PERSON, Ranked, by_likeness, by_plate, label_fits, parse_plate
from ronda.people.action import Action
from ronda.people.people import look_of, purpose_of
from ronda.web.documents_examinations import (
    ExaminationGiven,
    ExaminationShown,
    ExaminationsShown,
    FoundAsked,
    PlateShown,
    ThingShown,
    ThingsShown,
)
from ronda.web.gate import Caller
from ronda.web.routes.cases import CaseAsks, Number, seen_case

router = APIRouter(prefix="/api/v1/cases/{number}", tags=["evidence"])
ExaminationId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["9a8b7c6d5e4f3021"])]
_NOT_YOURS: Final = "you may not have footage of this case examined"
_ASK: Final = "ask an officer or an investigator of the area"


@router.get("/examinations", summary="The examinations of a case")
async def list_examinations(caller: CaseAsks, number: Number) -> ExaminationsShown:
    """Return what was examined in a case, how far it is, and whether the caller may have more examined."""
    case = await seen_case(caller, number)
    cameras, why_not = may_examine(caller.parts.people.policy, caller.principal, case), ""
    try:
        check_case(case)
    except Conflict as error:
        why_not = f"{error.message}: {error.mend}"
    if not cameras:
        why_not = f"{_NOT_YOURS}: {_ASK}"
    exams = await caller.parts.examinations.of(number)
    return ExaminationsShown(
        may=not why_not,
        why_not=why_not,
        cameras=[camera for camera in case.cameras if camera in cameras],
        examinations=[_shown(caller, one) for one in exams],
    )


@router.post("/examinations", status_code=201, summary="Have footage of a case examined")
async def start_examination(caller: CaseAsks, number: Number, given: ExaminationGiven) -> ExaminationShown:
    """Order that some minutes of a camera be looked through for vehicles and persons, at the place of recording.

    In a case that a person has approved, that names its basis and, of police and investigators, its letter; 409
    otherwise. Never for the members of an RT. Nothing is looked for where the camera's masks lie.
    """
    case = await seen_case(caller, number)
    require_examine(caller, case, given.camera)
    camera = caller.parts.centre.city.cameras.find(given.camera)
    new = NewExamination(
        camera=given.camera,
        from_90k=parse_rfc3339(given.begin),
        to_90k=parse_rfc3339(given.end),
        plates=given.plates,
        likeness=given.likeness,
        masks=camera.masks if camera is not None else (),
    )
    exam = await caller.parts.examinations.start(case, new, caller.label)
    _note(caller, "examine", exam.case, exam.camera, exam.from_90k, exam.to_90k)
    return _shown(caller, exam)


@router.delete("/examinations/{examination}", summary="Withdraw an examination")
async def remove_examination(caller: CaseAsks, number: Number, examination: ExaminationId) -> ExaminationShown:
    """End it where it runs, and delete what it found; the chain of custody says so."""
    case = await seen_case(caller, number)
    exam = await caller.parts.examinations.get(number, examination)
    require_examine(caller, case, exam.camera)
    ended = await caller.parts.examinations.remove(exam, caller.label)
    _note(caller, "examine-ended", exam.case, exam.camera, exam.from_90k, exam.to_90k)
    return _shown(caller, ended)


@router.get("/found", summary="Search what examinations of a case found")
async def search_found(caller: CaseAsks, number: Number, asked: Annotated[FoundAsked, Query()]) -> ThingsShown:
    """Return what was found, by time; with `plate` or `like` the likeliest first. The search is logged.

    That something reads or looks alike is a hint: whether it is the same is for a person to say.
    """
    case = await seen_case(caller, number)
    cameras = may_examine(caller.parts.people.policy, caller.principal, case)
    if not cameras:
        require_examine(caller, case, case.cameras[0])
    check_case(case)
    wanted = parse_plate(asked.plate) if asked.plate.strip() else ""
    if asked.examination:
        await caller.parts.examinations.get(number, asked.examination)
    words = (wanted, asked.like, asked.label, asked.colour)
    _note(caller, "search-found", number, None, None, None, " ".join(word for word in words if word))
    found = await caller.parts.examinations.found(number, cameras, asked.examination, looks=bool(asked.like))
    like = await _like(caller, number, asked.like, cameras)
    pool = caller.parts.finder.pool
    ranked = await pool.run(_ranked, found, asked, wanted, like)
    first = int(asked.after or "0")
    page = ranked[first : first + asked.limit]
    more = first + asked.limit < len(ranked)
    return ThingsShown(
        found=[_thing(caller, one) for one in page],
        next=str(first + asked.limit) if more else None,
        needs_model=await _needs_model(caller, number, found, like),
    )


async def _like(caller: Caller, number: str, text: str, cameras: frozenset[str]) -> Found | None:
    """Return what somebody looks for the like of.

    Raises:
        NotFound: No examination of the case has found it.
    """
    if not text:
        return None
    id, _, n = text.partition(":")
    like = (await caller.parts.examinations.named(number, [(id, int(n))])).get((id, int(n)))
    if like is None or like.camera not in cameras:
        raise NotFound("no examination of this case has found that", "choose something that was found")
    return like


def _ranked(found: Sequence[Found], asked: FoundAsked, wanted: str, like: Found | None) -> list[Ranked]:
    """Return what is wanted of what was found, in the order in which it is told; compares thousands of things."""
    chosen = [
        one
        for one in found
        if (not asked.label or label_fits(asked.label, one.label)) and asked.colour in ("", one.colour)
    ]
    if like is not None:
        ranked = by_likeness(like, chosen)
        fits = {one.found.key for one in by_plate(wanted, chosen)} if wanted else None
        return [one for one in ranked if fits is None or one.found.key in fits]
    return by_plate(wanted, chosen) if wanted else [Ranked(one) for one in chosen]


async def _needs_model(caller: Caller, number: str, found: Sequence[Found], like: Found | None) -> bool:
    """Whether no model was there that says how persons look, though that was wanted."""
    if like is not None:
        return like.likeness is None
    persons = [one for one in found if one.label == PERSON]
    if not persons or any(one.likeness_model for one in persons):
        return False
    asked = {one.id for one in await caller.parts.examinations.of(number) if one.likeness}
    return any(one.examination in asked for one in persons)


def require_examine(caller: Caller, case: Case, camera: str) -> None:
    """Go on only when somebody may have footage of a camera examined; a refusal is logged.

    Raises:
        NotAllowed: They may not.
    """
    people, purpose = caller.parts.people, purpose_of(caller.request) or case.number
    decision = people.require_look(caller.request, caller.principal, Action.EXAMINE, camera, purpose, None)
    if decision.publication is not None:
        raise NotAllowed(_NOT_YOURS, _ASK)


def _note(
    caller: Caller,
    action: str,
    number: str,
    camera: str | None,
    from_90k: int | None,
    to_90k: int | None,
    words: str = "",
) -> None:
    look = look_of(caller.request, caller.principal, Action.EXAMINE, camera)
    subject = f"case:{number} {words}".strip()[:200]
    look = replace(look, action=action, subject=subject, purpose=look.purpose or number)
    look = replace(look, from_90k=from_90k, to_90k=to_90k)
    if caller.request.method == "GET":
        caller.parts.people.log.once(look)
    else:
        caller.parts.people.log.start(look)


def _name(caller: Caller, camera: str) -> str:
    known = caller.parts.centre.city.cameras.find(camera)
    return known.name if known is not None else camera


def _shown(caller: Caller, one: Examination) -> ExaminationShown:
    return ExaminationShown(
        id=one.id,
        camera=one.camera,
        camera_name=_name(caller, one.camera),
        begin=format_rfc3339(one.from_90k),
        end=format_rfc3339(one.to_90k),
        plates=one.plates,
        likeness=one.likeness,
        state=one.state,
        progress=caller.parts.examinations.progress(one) if one.state is not Standing.FAILED else 0.0,
        problem=one.problem,
        mend=one.mend,
        found=one.found,
        gaps_s=one.gaps_s,
        by=one.by,
        at=format_rfc3339(one.at_90k),
    )


def picture_of(found: Found, *, plate: bool = False) -> str:
    """Return the address of the picture of what was found, or of its plate."""
    return f"/media/{found.camera}/examinations/{found.examination}/{found.n}{'-plate' if plate else ''}.jpg"


def _thing(caller: Caller, ranked: Ranked) -> ThingShown:
    one = ranked.found
    plate = one.plate
    return ThingShown(
        examination=one.examination,
        n=one.n,
        camera=one.camera,
        camera_name=_name(caller, one.camera),
        at=format_rfc3339(one.best_90k),
        begun=format_rfc3339(one.begun_90k),
        ended=format_rfc3339(one.ended_90k),
        label=one.label,
        colour=one.colour,
        direction=one.direction,
        plate=None if plate is None else PlateShown(**plate.model_dump()),
        likeness=ranked.likeness,
        score=ranked.score,
        picture=picture_of(one),
        plate_picture=None if plate is None else picture_of(one, plate=True),
        xyxy=list(one.xyxy),
    )
