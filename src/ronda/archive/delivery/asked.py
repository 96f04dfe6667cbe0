"""What the address of a request asks for."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from ronda.base.errors import BadInput, NotAllowed
from ronda.base.identity import camera_id, profile_name
from ronda.base.time import parse_rfc3339
from ronda.media.delivery.permission import ORIGINAL, Permit


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of a camera's footage; times are timeline time."""

    camera: str
    profile: str
    from_90k: int
    to_90k: int


def refuse_treated(permit: Permit) -> None:
    """Refuse to hand out footage whole where it must be treated before anybody sees it; the permit is closed.

    Raises:
        NotAllowed: It must.
    """
    if permit.treatment != ORIGINAL:
        permit.close()
        raise NotAllowed("this camera's past is not given out whole", "play it, or look at its stills")


def camera_of(connection: HTTPConnection) -> tuple[str, str]:
    """Return the camera and the profile that are asked for.

    Raises:
        BadInput: Neither can be a camera's or a profile's name.
    """
    camera = camera_id(str(connection.path_params["camera"]))
    return camera, profile_name(connection.query_params.get("profile") or "main")


def moment_of(connection: HTTPConnection, name: str) -> int:
    """Return the moment that a parameter names.

    Raises:
        BadInput: It is missing, or no time.
    """
    text = connection.query_params.get(name)
    if not text:
        raise BadInput(f"{name!r} is missing", f"add {name}=2026-11-21T19:00:00Z")
    return parse_rfc3339(text)


def range_of(connection: HTTPConnection) -> Range:
    """Return the range that is asked for.

    Raises:
        BadInput: A part is missing or wrong, or `from` is not before `to`.
    """
    camera, profile = camera_of(connection)
    from_90k, to_90k = moment_of(connection, "from"), moment_of(connection, "to")
    if from_90k >= to_90k:
        raise BadInput("'from' is not before 'to'", "swap them, or ask for a longer range")
    return Range(camera, profile, from_90k, to_90k)
