"""The application without a server, for a command that finds none running."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from ronda.cli.composition import composed
from ronda.config.models import Settings
from ronda.web.app import local


@asynccontextmanager
async def application(settings: Settings) -> AsyncIterator[ASGIApp]:
    """Yield the application of the data folder, speaking as its local administrator; nothing is pulled.

    The first person, `admin`, is made by the first server, which prints the password where somebody reads it.
    """
    async with composed(settings, pulls=False) as composition:
        yield local(composition.app)
