"""Where a request comes from, as far as anybody keeps it: a kind of place, never an address."""

import ipaddress

from starlette.requests import HTTPConnection


def purpose_of(connection: HTTPConnection) -> str:
    """Return what a request says it is for: header `Ronda-Purpose` or query `purpose`, as plain text."""
    text = connection.headers.get("ronda-purpose") or connection.query_params.get("purpose") or ""
    return "".join(letter for letter in text[:200] if letter.isprintable())


def remote_of(connection: HTTPConnection) -> str:
    """Return the address that asks, for throttling alone."""
    return connection.client.host if connection.client else ""


def remote_kind(remote: str) -> str:
    """Return what kind of place an address is; the address itself is never kept."""
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return "unknown"
    if address.is_loopback:
        return "this-machine"
    return "local-network" if address.is_private else "internet"
