"""The door for files from a USB stick; no camera's id begins with `_`."""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ronda.base.errors import BadInput
from ronda.base.identity import camera_id
from ronda.base.time import HZ_90K, format_rfc3339, parse_rfc3339
from ronda.media.delivery.permission import Ask, Authorise, MediaAction
from ronda.node.fetching.stick import Stick, StickDesk

_DAY_90K: Final = 86_400 * HZ_90K
_FARTHEST_S: Final = 20 * 365 * 86_400.0
_MOST_DAYS: Final = 30
_LONGEST_ID: Final = 63


def stick_route(desk: StickDesk, authorise: Authorise, now_90k: Callable[[], int]) -> Route:
    """Return the route that takes a file as its body; what is said of it stands in the query.

    `camera`, `from` (its first picture by the recorder's clock), `offset_s` (how far that clock was ahead),
    `keep_days`.
    """

    async def take(request: Request) -> Response:
        query = request.query_params
        permit = await authorise(Ask(MediaAction.IMPORT, query.get("camera", "")[:_LONGEST_ID], request))
        try:
            camera = camera_id(query.get("camera", ""))
            days = _number(query.get("keep_days", str(_MOST_DAYS)), 0, _MOST_DAYS, "a number of days")
            said = Stick(
                camera=camera,
                shown_90k=parse_rfc3339(query.get("from", "")),
                ahead_90k=round(_number(query.get("offset_s", ""), -_FARTHEST_S, _FARTHEST_S, "seconds") * HZ_90K),
                keep_until_90k=now_90k() + round(days * _DAY_90K) if days else None,
                by="import",
            )
            taken = await desk.take(said, request.stream())
        finally:
            permit.close()
        told = {
            "camera": camera,
            "from": format_rfc3339(taken.from_90k),
            "to": format_rfc3339(taken.to_90k),
            "bytes": taken.bytes,
            "stretches": taken.runs,
        }
        return JSONResponse(told, 201, {"Cache-Control": "no-store"})

    return Route("/_footage", take, methods=["POST"])


def _number(text: str, least: float, most: float, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = most + 1
    if not least <= number <= most:
        raise BadInput(f"{text[:40]!r} is not {what}", f"give {what} from {least:g} to {most:g}")
    return number
