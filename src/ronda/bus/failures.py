"""Errors that travel: from an exception to a `Failure` and back to the same kind.

Only the classes of `ronda.base.errors` travel by name. A subclass that a package defines for
itself arrives as its nearest ancestor there, so that neither side needs the other's code.
"""

import inspect
from typing import Final

from ronda.base import errors
from ronda.base.errors import RondaError
from ronda.bus.contract import Failure

_KINDS: Final[dict[str, type[RondaError]]] = {
    name: kind for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, RondaError)
}


def to_failure(error: RondaError) -> Failure:
    """Return the message that carries `error`."""
    kind = next(base for base in type(error).__mro__ if _KINDS.get(base.__name__) is base)
    return Failure(kind=kind.__name__, message=error.message, mend=error.mend)


def to_error(failure: Failure) -> RondaError:
    """Return the error that `failure` carries; an unknown kind becomes a plain `RondaError`."""
    return _KINDS.get(failure.kind, RondaError)(failure.message, failure.mend)
