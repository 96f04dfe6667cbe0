"""The application without a server, for a command that finds none running."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from ronda.cli.composition import composed
from ronda.config.models import Settings
from ronda.web.app import local


@asynccontextmanager
async def application(settings: Settings) -> AsyncIterator[ASGIApp]:
    """Yield the application of the data folder, speaking as its local administrator; nothing is pulled."""
    async with composed(settings, pulls=False) as composition:
        if password := composition.people.first_password:
            sys.stderr.write(f"this folder is new: sign in as admin with the password {password}  (shown this once)\n")
        yield local(composition.app)
