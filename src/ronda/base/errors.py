"""The one tree of errors.

Foreign exceptions are translated into these where they enter. What a person did wrong says what,
where and how to mend it; `web` turns a kind into an HTTP status and `cli` into an exit status.
"""

from typing import ClassVar


class RondaError(Exception):
    """Anything Ronda raises on purpose.

    Attributes:
        message: What is wrong, naming the thing.
        mend: What the reader can do about it; empty where nothing can be done.
        code: Tells programs what a page can do about it; empty for most.
    """

    code: ClassVar[str] = ""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message}: {self.mend}" if self.mend else self.message


class BadInput(RondaError):
    """A value that a person or program gave is not acceptable."""


class NotFound(RondaError):
    """The named thing does not exist (or may not be known to exist)."""


class Conflict(RondaError):
    """The request clashes with what is already there."""


class NotSignedIn(RondaError):
    """Nobody is signed in and the action asks for somebody."""


class NotAllowed(RondaError):
    """Somebody is signed in and may not do this."""


class Busy(RondaError):
    """A bounded resource is used up; trying again later may work."""


class TooOften(Busy):
    """Somebody asked too often from one place; others are not concerned.

    Attributes:
        wait_s: Seconds until it is looked at again.
    """

    def __init__(self, message: str, mend: str = "", wait_s: float = 60.0) -> None:
        super().__init__(message, mend)
        self.wait_s = wait_s


class StorageFailed(RondaError):
    """A disk or database refused to work."""
