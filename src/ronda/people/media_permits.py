"""What delivery is given for what was made for somebody: copies, shares, what examinations found."""

from typing import Protocol

from ronda.media.delivery.permission import ORIGINAL, Ask, Permit
from ronda.people.principal import Principal


class Handed(Protocol):
    """The masked copies that were handed to somebody."""

    def is_open(self, copy: str, camera: str) -> bool:
        """Whether there is such a copy of that camera, ready, not expired and not withdrawn."""
        ...

    async def fetched(self, copy: str) -> None:
        """It is being fetched by whom it was handed to."""
        ...

    def case_of(self, copy: str) -> str:
        """Return the number of the case that a copy was made in; empty where it answers a request, or there is none."""
        ...

    async def made_for(self, copy: str, who: str) -> bool:
        """Whether a copy was made by somebody, or in a case in which they asked."""
        ...

    async def taken(self, copy: str, who: str, path: str) -> None:
        """A file of a case's copy is being fetched by somebody who is signed in."""
        ...


class Shared(Protocol):
    """What is shared with receivers who have no account, and who fetches sealed exports."""

    def is_open(self, share: str, camera: str, export: str | None, copy: str | None) -> bool:
        """Whether a share still gives the files of that export, or that copy."""
        ...

    async def fetched(self, share: str, remote: str) -> None:
        """It is being fetched by its receiver."""
        ...

    async def made_for(self, export: str, who: str) -> bool:
        """Whether a sealed export is somebody's own."""
        ...

    async def taken(self, export: str, who: str, path: str) -> None:
        """Files of a sealed export are being fetched by somebody who is signed in."""
        ...


class Examined(Protocol):
    """What examinations in cases found."""

    async def entitling(self, examination: str, camera: str, who: Principal) -> str | None:
        """Return the number of the case in which somebody may see what it found; None where there is none."""
        ...

    def is_open(self, examination: str, camera: str) -> bool:
        """Whether there is (still) such an examination of that camera, of a case in which it may be looked at."""
        ...


class _Given:
    """Leave for one thing, whose minutes are logged where it is given; subclasses say when it is revoked."""

    treatment = ORIGINAL
    public = resident = keeper = False

    def reach(self, from_utc_90k: int) -> None:
        """It is one stretch."""

    def shows(self, at_utc_90k: int) -> None:
        """Its minutes are logged already."""

    def close(self) -> None:
        """Nothing is open."""


class ExaminedView(_Given):
    """Leave to see what an examination found, as long as its case is approved; implements `Permit`."""

    def __init__(self, view: Permit, examined: Examined, ask: Ask) -> None:
        self._view = view
        self._examined = examined
        self._ask = ask

    @property
    def revoked(self) -> bool:
        """Whether the session has ended, the rules now say no, or the case is not approved any more."""
        return self._view.revoked or not self._examined.is_open(self._ask.examination or "", self._ask.camera)


class HandedView(_Given):
    """Leave to fetch a masked copy, as long as it is not withdrawn; implements `Permit`."""

    def __init__(self, handed: Handed, copy: str, camera: str) -> None:
        self._handed = handed
        self._copy = copy
        self._camera = camera

    @property
    def revoked(self) -> bool:
        """Whether it has expired or was withdrawn."""
        return not self._handed.is_open(self._copy, self._camera)


class SharedView(_Given):
    """Leave to fetch what a share gives, as long as it has not ended; implements `Permit`."""

    def __init__(self, shared: Shared | None, share: str, ask: Ask) -> None:
        self._shared = shared
        self._share = share
        self._ask = ask

    @property
    def revoked(self) -> bool:
        """Whether it has ended."""
        ask = self._ask
        return self._shared is None or not self._shared.is_open(self._share, ask.camera, ask.export, ask.copy)


class Once(_Given):
    """Leave for one answer about something that is no camera yet; implements `Permit`."""

    revoked = False
