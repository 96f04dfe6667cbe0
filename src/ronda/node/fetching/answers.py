"""The requests about footage at the site that a node answers over the bus."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from ronda.base.errors import Busy, Conflict
from ronda.bus.contract import Bus, Handler, M, R, request_subject
from ronda.bus.fetching import (
    FETCH_REQUESTS,
    CancelFetch,
    FetchAbout,
    FetchesRequest,
    FetchStanding,
    FetchStandings,
    MakeFetch,
    SiteFootage,
    SiteFootageRequest,
)
from ronda.media.sources.contract import SourceFailed, SourceNothing, SourceRefused, SourceUnsupported
from ronda.node.fetching.orders import Fetches
from ronda.node.fetching.work import FetchTools, site_footage


@asynccontextmanager
async def serving_fetches(node: str, fetches: Fetches, tools: FetchTools, bus: Bus) -> AsyncIterator[None]:
    """Fetch what is ordered and answer requests about it while the context is open."""

    async def listed(asked: SiteFootageRequest) -> SiteFootage:
        try:
            return await site_footage(tools, asked)
        except SourceNothing:
            return SiteFootage(how="", spans=(), exact=True)
        except (SourceRefused, SourceUnsupported) as error:
            raise Conflict(error.message, error.mend) from error
        except SourceFailed as error:
            raise Busy(error.message, error.mend) from error

    async def make(asked: MakeFetch) -> FetchStanding:
        return fetches.order(asked)

    async def all_of(asked: FetchesRequest) -> FetchStandings:
        return fetches.standings(asked.camera)

    async def about(asked: FetchAbout) -> FetchStanding:
        return fetches.standing(asked.id)

    async def cancel(asked: CancelFetch) -> FetchStanding:
        return fetches.cancel(asked.id)

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(fetches.running())

        async def serve(kind: type[M], handler: Handler[M, R]) -> None:
            subject = request_subject(node, FETCH_REQUESTS[kind])
            await stack.enter_async_context(bus.serve(subject, kind, handler))

        await serve(SiteFootageRequest, listed)
        await serve(MakeFetch, make)
        await serve(FetchesRequest, all_of)
        await serve(FetchAbout, about)
        await serve(CancelFetch, cancel)
        yield
