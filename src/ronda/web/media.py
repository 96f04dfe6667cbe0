"""Hands media requests to the node's own application; nothing of a picture passes through the centre's code."""

import re
from typing import Final
from urllib.parse import quote

from ronda.people.media_tokens import TOKEN_MARK
from ronda.people.people import PUBLIC_MARK
from ronda.web.parts import AsgiApp, Receive, Scope, Send

_MOUNT: Final = "/media"
_PUBLIC: Final = re.compile(rf"{_MOUNT}/public/(?P<rest>[^/]+/.+)", re.DOTALL)
_TOKEN: Final = re.compile(rf"{_MOUNT}/t/(?P<token>[\w-]{{1,2000}}\.[\w-]{{43}})/(?P<rest>[^/]+/.+)", re.DOTALL)
_CAMERA_MEDIA: Final = re.compile(
    r"/api/v1/cameras/(?P<camera>[a-z0-9][a-z0-9-]{0,62})/(?P<what>still\.jpg|still\.webp|clip\.mp4)"
)


def media_path(path: str, kind: str) -> str | None:
    """Return the path under `/media` that serves `path`; None when it is not the node's business.

    `kind` is the ASGI scope's type.
    """
    if public := _PUBLIC.fullmatch(path):
        return f"{_MOUNT}/{public['rest']}"
    if with_token := _TOKEN.fullmatch(path):
        return f"{_MOUNT}/{with_token['rest']}"
    if path.startswith(f"{_MOUNT}/"):
        return path
    if kind == "http" and (found := _CAMERA_MEDIA.fullmatch(path)):
        return f"{_MOUNT}/{found['camera']}/{found['what']}"
    return None


class MediaMount:
    """Sends what is media to `media`, mounted at `/media`, and all else to `rest`.

    What is asked for below `/media/public` is what lies at the same path below `/media`, as anybody sees it: the
    scope is marked, so that whatever credentials come with it count for nothing. Below `/media/t/{token}` the token
    counts, and nothing else does.
    """

    def __init__(self, media: AsgiApp, rest: AsgiApp) -> None:
        self._media = media
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to one or the other."""
        kind = scope["type"]
        path = media_path(scope["path"], kind) if kind in ("http", "websocket") else None
        if path is None:
            await self._rest(scope, receive, send)
            return
        scope = dict(scope)
        scope["root_path"] = scope.get("root_path", "") + _MOUNT
        if path != scope["path"]:
            if _PUBLIC.fullmatch(scope["path"]):
                scope[PUBLIC_MARK] = True
            elif with_token := _TOKEN.fullmatch(scope["path"]):
                scope[TOKEN_MARK] = with_token["token"]
            scope["path"] = path
            scope["raw_path"] = quote(path).encode("ascii")
        await self._media(scope, receive, send)
