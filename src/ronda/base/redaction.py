"""Hiding what must never be written down: camera passwords in addresses, tokens in paths."""

import re
from typing import Final

_USERINFO: Final = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)(?P<user>[^/@:\s]*)(:(?P<password>[^/\s]*))?@")
_SECRET_QUERY: Final = re.compile(r"(?i)([?&](?:password|passwd|pwd|pass|token|secret|key|auth|user|usr)=)[^&\s]+")
MASK: Final = "***"


def redact(text: str) -> str:
    """Return `text` with the credentials of every address in it replaced by `***`.

    A password may itself hold "@": everything up to the last "@" before the path is hidden.
    """
    text = _USERINFO.sub(lambda found: f"{found['scheme']}{MASK}@", text)
    return _SECRET_QUERY.sub(rf"\g<1>{MASK}", text)
