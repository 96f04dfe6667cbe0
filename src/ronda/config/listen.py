"""Where a server listens: a host (name or address of this machine) and a port."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")


def host_name(text: str) -> str:
    """Return `text` when it can be a host name, an IPv4 or an IPv6 address.

    Raises:
        ValueError: It cannot.
    """
    text = text.strip().removeprefix("[").removesuffix("]")
    if not _HOST.fullmatch(text) or len(text) > 253:
        raise ValueError("not a host")
    return text


Host = Annotated[
    str,
    AfterValidator(host_name),
    Field(json_schema_extra={"allowed": "an address or name of this machine, such as 127.0.0.1 or 0.0.0.0 for all"}),
]
Port = Annotated[
    int, Field(ge=0, le=65_535, json_schema_extra={"allowed": "a port from 1 to 65535, or 0 for any free one"})
]
