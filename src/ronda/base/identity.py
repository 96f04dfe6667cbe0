"""The shapes of identities: cameras, profiles, runs."""

import re
import secrets
from typing import Final

from ronda.base.errors import BadInput

_CAMERA_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_RESERVED: Final = frozenset({"own", "own-device", "public", "t"})
"""Words that stand where a camera's id stands in addresses of the API and of media."""
PROFILES: Final = ("main", "sub")


def camera_id(text: str) -> str:
    """Return `text` when it is a camera id.

    Raises:
        BadInput: It is not `[a-z0-9][a-z0-9-]{0,62}`, or a word with a meaning of its own.
    """
    if text in _RESERVED:
        raise BadInput(f"{text!r} means something else in addresses", "choose another id")
    return entity_id(text)


def entity_id(text: str) -> str:
    """Return `text` when it is an id of what the registers hold beside cameras: sites, recorders, owners.

    Raises:
        BadInput: It is not `[a-z0-9][a-z0-9-]{0,62}`.
    """
    if not _CAMERA_ID.fullmatch(text):
        raise BadInput(
            f"{text[:80]!r} is not a camera id",
            "use 1 to 63 of a-z, 0-9 and '-', not starting with '-'",
        )
    return text


def profile_name(text: str) -> str:
    """Return `text` when it names a profile.

    Raises:
        BadInput: It is neither `main` nor `sub`.
    """
    if text not in PROFILES:
        raise BadInput(f"{text[:80]!r} is not a profile", "use main or sub")
    return text


def new_run_id() -> str:
    """Return a fresh run id: 12 hexadecimal digits, unique enough for one camera for ever."""
    return secrets.token_hex(6)
