"""Which addresses to try for a track and for the whole presentation (RFC 2326 appendix C.1.1)."""

from urllib.parse import urljoin

from ronda.media.rtp.sdp import MediaDescription, SessionDescription
from ronda.media.sources.rtsp.message import Headers

_LONGEST = 4096


def base_url(headers: Headers, request_url: str) -> str:
    """Return what the description's controls are relative to."""
    for name in ("content-base", "content-location"):
        value = headers.get(name).strip()
        if value and _sound(value):
            return value if _absolute(value) else urljoin_rtsp(request_url, value)
    return request_url


def track_urls(base: str, request_url: str, media: MediaDescription) -> list[str]:
    """Return the addresses to try in SETUP, most likely first.

    Cameras name bases that do not exist (an inner address, a wrong port, a missing slash), and mean
    "append" where RFC 3986 says "replace the last part"; later entries make up for that.
    """
    control = media.control
    return _distinct([resolve(base, control), resolve(request_url, control), urljoin_rtsp(base, control), request_url])


def session_urls(base: str, request_url: str, session: SessionDescription, track: str) -> list[str]:
    """Return the addresses to try in PLAY, most likely first; the track's own comes last."""
    return _distinct([resolve(base, session.control), base, request_url, track])


def resolve(base: str, control: str) -> str:
    """Return `control` behind `base`, as nearly every camera means it."""
    if not control or control == "*" or not _sound(control):
        return base
    if _absolute(control):
        return control
    return base + control if base.endswith("/") else f"{base}/{control.removeprefix('/')}"


def urljoin_rtsp(base: str, reference: str) -> str:
    """Return `reference` resolved by RFC 3986; urllib does not know RTSP's schemes."""
    if "://" in reference:
        return reference
    scheme, _, rest = base.partition("://")
    try:
        joined = urljoin(f"http://{rest}", reference)
    except ValueError:
        return base
    return f"{scheme}://{joined.partition('://')[2]}"


def _absolute(url: str) -> bool:
    return url.lower().startswith(("rtsp://", "rtsps://", "rtspu://"))


def _sound(url: str) -> bool:
    return len(url) <= _LONGEST and url.isprintable() and " " not in url


def _distinct(urls: list[str]) -> list[str]:
    return list(dict.fromkeys(url for url in urls if _sound(url)))
