"""What goes wrong in a codec."""

from ronda.base.errors import Busy, RondaError


class CannotDecode(RondaError):
    """A picture is damaged, or in a form that the decoder does not know."""


class NotReadyYet(Busy):
    """A picture is being made of several, and some are missing still.

    Attributes:
        retry_s: After how many seconds it may be there.
        collected: How many pictures there are.
        needed: How many there must be.
    """

    def __init__(self, message: str, retry_s: int, collected: int, needed: int) -> None:
        super().__init__(message, f"try again in {retry_s} seconds")
        self.retry_s = retry_s
        self.collected = collected
        self.needed = needed
