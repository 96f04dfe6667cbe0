"""The simulator's HTTP control: what cameras there are, their faults, their snapshots. Loopback, no authentication."""

from collections.abc import Awaitable, Callable

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ronda.base.errors import BadInput, Busy, NotFound, NotSignedIn, RondaError
from ronda.simulate.cameras import CLOCK_PATH, SimulatedCameras
from ronda.simulate.faults import fault_kind
from ronda.simulate.library import LoopLibrary
from ronda.simulate.snapshots import SNAPSHOT, Snapshots

_PAGE_MAX = 1000


class FaultRequest(BaseModel):
    """What is to go wrong: a kind, for how long (until cleared, when not given)."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    duration_s: float | None = Field(default=None, gt=0, le=86_400)


class Control:
    """The control's application."""

    def __init__(
        self, cameras: SimulatedCameras, library: LoopLibrary, snapshots: Snapshots, address: Callable[[], str]
    ) -> None:
        self._cameras, self._library, self._snapshots, self._address = cameras, library, snapshots, address
        routes = [
            Route("/", self._guarded(self._status)),
            Route("/cameras", self._guarded(self._listing)),
            Route("/faults", self._guarded(self._faults)),
            Route("/cameras/{camera}/fault", self._guarded(self._inflict), methods=["POST", "PUT"]),
            Route("/cameras/{camera}/fault", self._guarded(self._clear), methods=["DELETE"]),
            Route(f"/{{recorder}}/{{channel}}/{SNAPSHOT}", self._guarded(self._snapshot)),
        ]
        self.application = Starlette(routes=routes)

    @staticmethod
    def _guarded(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            try:
                return await answer(request)
            except RondaError as error:
                status = {NotFound: 404, Busy: 503, NotSignedIn: 401}.get(type(error), 400)
                body = {"type": "about:blank", "title": type(error).__name__, "status": status}
                told = body | {"detail": error.message, "mend": error.mend}
                return JSONResponse(told, status, media_type="application/problem+json")

        return guarded

    async def _status(self, request: Request) -> Response:
        return JSONResponse(
            {
                "cameras": len(self._cameras.cameras),
                "at_once": self._cameras.at_once,
                "turned_away": self._cameras.turned_away,
                "loops_ready": self._library.done,
                "loops": self._library.total,
                "clock": f"{self._address()}{CLOCK_PATH}",
            }
        )

    async def _listing(self, request: Request) -> Response:
        """Recorders with their channels, `limit` cameras from `offset`."""
        try:
            offset = max(0, int(request.query_params.get("offset", "0")))
            limit = min(_PAGE_MAX, max(1, int(request.query_params.get("limit", str(_PAGE_MAX)))))
        except ValueError as error:
            raise BadInput("offset and limit are whole numbers") from error
        every = list(self._cameras.cameras.values())
        recorders: dict[int, list[dict[str, object]]] = {}
        for camera in every[offset : offset + limit]:
            urls = {profile: f"{self._address()}{camera.path(profile)}" for profile in ("main", "sub")}
            fault = self._cameras.fault(camera.id)
            about = {"channel": camera.channel, "id": camera.id, "name": camera.name, "codec": camera.codec.value}
            recorders.setdefault(camera.recorder, []).append(about | urls | {"fault": fault and fault.kind.value})
        found = [{"recorder": f"nvr-{number:04d}", "channels": channels} for number, channels in recorders.items()]
        return JSONResponse({"total": len(every), "offset": offset, "recorders": found})

    async def _faults(self, request: Request) -> Response:
        return JSONResponse({"faults": {camera: fault.kind.value for camera, fault in self._cameras.faults().items()}})

    async def _inflict(self, request: Request) -> Response:
        try:
            wanted = FaultRequest.model_validate_json(await request.body())
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BadInput(f"{where or 'body'}: {first['msg']}", 'send {"kind", "duration_s"?}') from error
        await self._cameras.inflict(request.path_params["camera"], fault_kind(wanted.kind), wanted.duration_s)
        return Response(status_code=204)

    async def _clear(self, request: Request) -> Response:
        self._cameras.clear(request.path_params["camera"])
        return Response(status_code=204)

    async def _snapshot(self, request: Request) -> Response:
        jpeg = await self._snapshots.of(request.url.path)
        return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "no-store"})
