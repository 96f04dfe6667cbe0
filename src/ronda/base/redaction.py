"""Hiding what must never be written down: camera passwords in addresses, tokens, keys."""

import re
from collections.abc import Mapping
from typing import Final

MASK: Final = "***"
_NAMES: Final = "username|user|usr|u|passphrase|password|passwd|pass|pwd|token|secret|key|auth|authorization|streamid"
# A password may hold "@", "/", "#" and "?": all up to the last "@" of the word is hidden.
_USERINFO: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*://)(?:[^/@\s]*|[^/@:\s]*:\S*)@(?=[^@\s]*(?:\s|$))")
# In a query (`?user=a&password=b`), or in a path as some recorders take it (`/user=a_password=b_channel=1`).
_NAMED: Final = re.compile(rf"(?i)((?:^|[?&/_;,\s])(?:{_NAMES})=)(?!\*\*\*)[^&\s]*?(?=_[a-z]+=|[&\s]|$)")
_HEADER: Final = re.compile(r"(?i)\b(basic|bearer|digest)\s+[A-Za-z0-9+/=._~-]{8,}")
_SECRET_KEYS: Final = frozenset(_NAMES.split("|")) - {"user", "usr", "u", "username", "key", "streamid"}


def redact(text: str) -> str:
    """Return `text` with the credentials of every address, query and authorization in it replaced by `***`.

    It rather hides too much: where an "@" follows a host's port, all between is taken for a password.
    """
    # What is looked for holds one of these; most texts hold none, and the city redacts many thousands at a time.
    if "@" in text:
        text = _USERINFO.sub(rf"\g<1>{MASK}@", text)
    if "=" in text:
        text = _NAMED.sub(rf"\g<1>{MASK}", text)
    return _HEADER.sub(rf"\g<1> {MASK}", text) if " " in text or not text.isprintable() else text


def redact_all(value: object, name: object = "") -> object:
    """Return a value of any depth as what may be logged; what is called a password or a token is hidden whole."""
    if isinstance(name, str) and name.lower() in _SECRET_KEYS and value:
        return MASK
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {key: redact_all(inner, key) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_all(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(str(value))
