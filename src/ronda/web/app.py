"""The web application: API, pages, and the door to the node's media."""

from typing import Final

from fastapi import FastAPI, Request
from starlette.responses import Response

from ronda import __version__
from ronda.people.people import LOCAL_MARK
from ronda.web import openapi, problems
from ronda.web.boundary import BodyBounds, OriginCheck, SecurityHeaders
from ronda.web.compression import Compression
from ronda.web.media import MediaMount
from ronda.web.pages import Pages
from ronda.web.parts import AsgiApp, Parts, Receive, Scope, Send
from ronda.web.routes import (
    accesslog,
    alarms,
    analytics,
    archive,
    cameras,
    case_copies,
    case_exports,
    cases,
    consent,
    deletions,
    duty,
    events,
    examinations,
    exports,
    eyes,
    fetching,
    finding,
    gauges,
    grants,
    hand_counts,
    holds,
    importing,
    invitations,
    masked_copies,
    onboarding,
    own,
    people,
    privacy,
    public,
    publication,
    registers,
    reports,
    seal,
    seen,
    service,
    session,
    shares,
    sign_on,
    spaces,
    standing,
    tokens,
    traces,
    traffic,
    trends,
    watching,
)

_USUAL_BODY_BYTES: Final = 1024 * 1024
_FORM_BYTES: Final = 64 * 1024
_FOOTAGE_PATH: Final = "/media/_footage"
_FOOTAGE_BYTES: Final = 16 << 30
_ROUTES: Final = (
    public,  # asked most often
    *(own, cameras),  # `cameras/own` before `cameras/{camera}`: the first that fits wins
    *(watching, traffic, trends, hand_counts, gauges, seen, finding, analytics, eyes, standing, publication),
    *(alarms, duty),
    *(holds, fetching, cases, case_exports, case_copies, examinations, traces),
    *(shares, exports, deletions, seal, archive),
    *(session, sign_on, accesslog, events, service),
    *(reports, privacy, masked_copies, spaces, registers, consent, importing, onboarding),
    *(people, grants, invitations, tokens),
)
_DESCRIPTION: Final = """\
Every CCTV camera of a city, in one place. Sign in for a cookie, or send `Authorization: Bearer TOKEN`.
Times are RFC 3339; errors are problem documents (RFC 9457) with a `mend` where something can be done.
"""


def create(parts: Parts, media: AsgiApp) -> AsgiApp:
    """Return the whole application; `media` is the node's, mounted at `/media`."""
    pages = Pages(parts.assets)
    rest = _Split(Compression(api(parts, pages)), pages)
    larger = {own.OWN_PATH: parts.own.largest_bytes + _FORM_BYTES, reports.PUBLIC_REPORTS: reports.BODY_BYTES}
    larger |= importing.FILE_PATHS
    larger[_FOOTAGE_PATH] = _FOOTAGE_BYTES
    bounded = BodyBounds(MediaMount(media, rest), _USUAL_BODY_BYTES, larger)
    facts = parts.facts
    tiles = facts.tiles.address if facts.tiles else None
    return _Unmarked(SecurityHeaders(OriginCheck(bounded), tiles, facts.frame_ancestors))


def local(app: AsgiApp) -> AsgiApp:
    """Return `app` for the Unix socket: who may open the socket administers the machine.

    Serve the result on the socket only, whose file only its owner may open.
    """

    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        inner = app.app if isinstance(app, _Unmarked) else app
        await inner({**scope, LOCAL_MARK: True}, receive, send)

    return marked


def api(parts: Parts, pages: Pages) -> FastAPI:
    """Return the API alone."""
    app = FastAPI(
        title="Ronda",
        version=parts.facts.version or __version__,
        description=_DESCRIPTION,
        openapi_url=None,  # see `openapi.install`
        docs_url=None,
        redoc_url=None,
        responses={"default": openapi.ANSWERED_OTHERWISE},
    )
    app.state.parts = parts
    problems.install(app)
    for module in _ROUTES:
        app.include_router(module.router)

    openapi.install(app, lambda: parts.finder.pool)

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> Response:
        return await pages.docs(request)

    return app


class _Split:
    """Sends the API's paths to the API and all else to the pages."""

    def __init__(self, api: AsgiApp, pages: AsgiApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        ours = scope["type"] == "lifespan" or path.startswith("/api/") or path in ("/docs", "/healthz", "/metrics")
        await (self._api if ours else self._pages)(scope, receive, send)


class _Unmarked:
    """The application as the network sees it: nothing there can claim to be local."""

    def __init__(self, app: AsgiApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.pop(LOCAL_MARK, None)
        await self.app(scope, receive, send)
