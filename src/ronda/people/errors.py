"""Refusals that a page answers with a question of its own; `code` tells programs which."""

from ronda.base.errors import NotAllowed, NotFound, NotSignedIn


class PurposeNeeded(NotAllowed):
    """They may, as soon as they say what for."""

    code = "purpose-needed"


class PersonNeeded(NotAllowed):
    """A place's screen asked for what only a named person may do."""

    code = "person-needed"


class SecondFactorNeeded(NotSignedIn):
    """Name and password are right, and a code is still missing."""

    code = "second-factor-needed"


def no_camera(camera: str) -> NotFound:
    """Return the one answer for a camera that is not there, or may not be known to be there."""
    return NotFound(f"there is no camera {camera[:80]!r}")
