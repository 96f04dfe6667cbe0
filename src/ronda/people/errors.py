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


class SecondFactorWrong(NotSignedIn):
    """Name and password are right, and the code is not."""

    code = "second-factor-wrong"


class Disabled(NotSignedIn):
    """Name and password are right, and this person may not sign in any more."""

    code = "disabled"


class InvitationOver(NotFound):
    """The invitation opens nothing any more: whoever made it may not give what it gives now."""

    code = "invitation-over"


class InvitationUsed(InvitationOver):
    """Somebody has used the invitation."""

    code = "invitation-used"


class InvitationWithdrawn(InvitationOver):
    """The invitation was withdrawn."""

    code = "invitation-withdrawn"


class InvitationExpired(InvitationOver):
    """The invitation has expired."""

    code = "invitation-expired"


def no_camera(camera: str) -> NotFound:
    """Return the one answer for a camera that is not there, or may not be known to be there."""
    return NotFound(f"there is no camera {camera[:80]!r}")
