"""A camera's own snapshot address."""

from typing import Final

import httpx

from ronda.media.sources.contract import SourceFailed, SourceRefused

_MOST_BYTES: Final = 8 << 20
_TIMEOUT_S: Final = 5.0


async def fetch_snapshot(url: str) -> bytes:
    """Return the image at a camera's snapshot address, whose credentials may be Basic or Digest.

    Raises:
        SourceRefused: The credentials are wrong.
        SourceFailed: It cannot be had.
    """
    address = httpx.URL(url)
    user, password = address.username, address.password
    bare = address.copy_with(username=None, password=None)
    try:
        # Recorders sign their own certificates.
        async with httpx.AsyncClient(timeout=_TIMEOUT_S, verify=False) as client:  # noqa: S501
            answer, image = await _get(client, bare, None)
            if answer.status_code == httpx.codes.UNAUTHORIZED and user:
                digest = "digest" in answer.headers.get("www-authenticate", "").lower()
                auth = httpx.DigestAuth(user, password) if digest else httpx.BasicAuth(user, password)
                answer, image = await _get(client, bare, auth)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceFailed(f"the snapshot address does not answer: {type(error).__name__}") from error
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise SourceRefused("the snapshot address refuses the camera's user name or password")
    if answer.status_code != httpx.codes.OK:
        raise SourceFailed(f"the snapshot address answers {answer.status_code}")
    return image


async def _get(client: httpx.AsyncClient, url: httpx.URL, auth: httpx.Auth | None) -> tuple[httpx.Response, bytes]:
    parts: list[bytes] = []
    total = 0
    async with client.stream("GET", url, auth=auth) as response:
        async for part in response.aiter_bytes():
            total += len(part)
            if total > _MOST_BYTES:
                raise SourceFailed("the snapshot address sends more than an image")
            parts.append(part)
    return response, b"".join(parts)
