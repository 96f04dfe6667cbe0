"""The requests about devices that a node answers over the bus, and the stills of what was found."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ronda.base.errors import NotFound
from ronda.bus.contract import Bus, Done, Handler, M, R, request_subject
from ronda.bus.devices import (
    DEVICE_REQUESTS,
    CancelDeviceJob,
    DeviceJob,
    DeviceJobAbout,
    SearchDevices,
    SweepRange,
    VisitRecorder,
)
from ronda.media.delivery.permission import Ask, Authorise, MediaAction
from ronda.media.devices.desk import DeviceDesk


@asynccontextmanager
async def serving_devices(node: str, desk: DeviceDesk, bus: Bus) -> AsyncIterator[None]:
    """Answer requests about devices while the context is open."""

    async def search(asked: SearchDevices) -> DeviceJob:
        return desk.search(asked)

    async def visit(asked: VisitRecorder) -> DeviceJob:
        return desk.visit(asked)

    async def sweep(asked: SweepRange) -> DeviceJob:
        return desk.sweep(asked)

    async def about(asked: DeviceJobAbout) -> DeviceJob:
        return desk.about(asked.job)

    async def cancel(asked: CancelDeviceJob) -> Done:
        desk.cancel(asked.job)
        return Done()

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(desk.running())

        async def serve(kind: type[M], handler: Handler[M, R]) -> None:
            subject = request_subject(node, DEVICE_REQUESTS[kind])
            await stack.enter_async_context(bus.serve(subject, kind, handler))

        await serve(SearchDevices, search)
        await serve(VisitRecorder, visit)
        await serve(SweepRange, sweep)
        await serve(DeviceJobAbout, about)
        await serve(CancelDeviceJob, cancel)
        yield


def device_still_route(desk: DeviceDesk, authorise: Authorise) -> Route:
    """Return the route of stills of channels that are not registered yet; no camera's id begins with `_`."""

    async def answer(request: Request) -> Response:
        permit = await authorise(Ask(MediaAction.PROBE, "", request))
        try:
            job, number = request.path_params["job"], request.path_params["number"]
            if len(number) > 4 or not number.isdigit():
                raise NotFound("there is no such channel")
            picture = desk.still(job, int(number))
            return Response(picture, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})
        finally:
            permit.close()

    return Route("/_devices/{job}/{number}.jpg", answer, methods=["GET"])
