"""WebSockets are not bound by the same-origin rule: the server must look at `Origin` itself."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


def origin_allowed(connection: HTTPConnection, allowed: frozenset[str] = frozenset()) -> bool:
    """Return whether the page behind `connection` may open a socket here.

    A program that sends no `Origin` is no browser and carries nobody's cookies by accident.

    Args:
        connection: The request.
        allowed: Origins beside our own, such as `https://pantau.example.go.id` behind a proxy.
    """
    origin = connection.headers.get("origin")
    if origin is None or origin in allowed:
        return True
    return urlsplit(origin).netloc == connection.headers.get("host")
