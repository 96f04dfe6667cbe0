"""`WS /{camera}/playback?from=&profile=&keyframes=&codecs=`: footage from any moment, a few seconds ahead.

Messages are those of live, besides: `gap` where pictures are missing, `end` where coverage ends now,
`seeked` after a `seek`. Media time counts from `from`, through all runs and gaps. The server sends
eight seconds ahead and goes on as far as the player's `want` says.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.websockets import WebSocket

from ronda.archive.archive import Archive
from ronda.archive.delivery.asked import camera_of, moment_of
from ronda.archive.reading.cursor import Edge, Piece, Played
from ronda.archive.reading.media_time import MediaTime
from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K, format_rfc3339, parse_rfc3339
from ronda.bus.contract import Gap
from ronda.media.access_unit import Codec
from ronda.media.delivery.messages import init_message, stills_message
from ronda.media.delivery.permission import Permit
from ronda.media.delivery.socket import STUCK_S, MediaSocket
from ronda.media.fmp4.writer import init_segment
from ronda.media.fragment import Run

AHEAD_90K: Final = 8 * HZ_90K
_READ_90K: Final = 2 * HZ_90K
_READ_KEYFRAMES_90K: Final = 30 * HZ_90K
_EDGE_S: Final = 0.2
_END_S: Final = 1.0


StillMaker = Callable[[Played, int], Awaitable[bytes]]
"""Makes a JPEG so many pixels wide of a keyframe, for players that cannot play the codec."""


@dataclass(frozen=True, slots=True)
class PlaybackWish:
    """What a player asked for."""

    camera: str
    profile: str
    from_90k: int
    keyframes_only: bool
    codecs: frozenset[Codec]


def playback_wish(websocket: WebSocket) -> PlaybackWish:
    """Return what the address of a socket asks for.

    Raises:
        BadInput: A part is missing or wrong.
    """
    camera, profile = camera_of(websocket)
    query = websocket.query_params
    known = {codec.value for codec in Codec}
    codecs = frozenset(Codec(name) for name in query.get("codecs", "h264,h265").split(",") if name in known)
    keyframes_only = query.get("keyframes", "0") not in ("", "0", "false")
    return PlaybackWish(camera, profile, moment_of(websocket, "from"), keyframes_only, codecs)


class PlaybackSession:
    """One player of one camera's past.

    Args:
        websocket: An accepted socket.
        permit: Leave to watch.
        wish: What was asked for.
        archive: Where the footage is.
        stills: Makes JPEGs for a player that cannot play the codec; without it fragments are sent all the same.
        stuck_s: How long a message may wait for its reader.
    """

    def __init__(
        self,
        websocket: WebSocket,
        permit: Permit,
        wish: PlaybackWish,
        archive: Archive,
        stills: StillMaker | None = None,
        stuck_s: float = STUCK_S,
    ) -> None:
        self._socket = MediaSocket(websocket, permit, self._hear, stuck_s)
        self._wish = wish
        self._archive = archive
        self._stills = stills
        self._heard = asyncio.Event()
        self._until_90k = AHEAD_90K
        self._seek_90k: int | None = None

    async def run(self) -> None:
        """Serve the player until it leaves."""
        await self._socket.run(self._talk)

    async def _talk(self) -> None:
        from_90k = self._wish.from_90k
        while True:
            await self._play(from_90k)
            from_90k, self._seek_90k = self._seek_90k or from_90k, None
            await self._socket.text(json.dumps({"type": "seeked", "from": format_rfc3339(from_90k)}))

    async def _play(self, from_90k: int) -> None:
        """Send what was recorded from a moment on, until the player seeks."""
        wish, archive = self._wish, self._archive
        cursor = archive.cursor(wish.camera, wish.profile, from_90k, keyframes_only=wish.keyframes_only)
        length_90k = _READ_KEYFRAMES_90K if wish.keyframes_only else _READ_90K
        media = MediaTime(from_90k)
        teller = _Teller(self._socket, wish, media, self._stills)
        try:
            while self._seek_90k is None:
                if media.position_90k >= self._until_90k:
                    await self._listen(_END_S)
                    continue
                for piece in await archive.in_pool(partial(cursor.read, length_90k)):
                    if self._seek_90k is not None:
                        return
                    await self._give(piece, teller, media)
        finally:
            await asyncio.shield(archive.in_pool(cursor.close))

    async def _give(self, piece: Piece, teller: "_Teller", media: MediaTime) -> None:
        match piece:
            case Played():
                await teller.pictures(piece)
            case Gap():
                await teller.gap(piece)
                # The player jumps over the gap; it must find something behind it.
                self._until_90k = max(self._until_90k, media.position_90k + AHEAD_90K)
            case Edge():
                await teller.edge(piece)
                await self._listen(_EDGE_S if piece.growing else _END_S)

    async def _listen(self, seconds: float) -> None:
        """Wait until the player says something, at most for some time."""
        self._heard.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._heard.wait()
        except TimeoutError:
            self._socket.check()

    def _hear(self, message: dict[str, Any]) -> None:
        until_s = message.get("until")
        if message.get("type") == "want" and isinstance(until_s, int | float) and 0 <= until_s < 1e9:
            self._until_90k = max(self._until_90k, round(until_s * HZ_90K))
        elif message.get("type") == "seek":
            try:
                self._seek_90k = parse_rfc3339(str(message.get("from")))
            except BadInput:
                return
            self._until_90k = AHEAD_90K
        self._heard.set()


class _Teller:
    """Says to one player what is played, since its last seek."""

    def __init__(self, socket: MediaSocket, wish: PlaybackWish, media: MediaTime, stills: StillMaker | None) -> None:
        self._socket = socket
        self._wish = wish
        self._media = media
        self._stills = stills
        self._run = ""
        self._ended = False
        self._showing_stills = False

    async def pictures(self, played: Played) -> None:
        """Send a fragment, or a still of it."""
        self._ended = False
        if self._stills is not None and played.encoding.codec not in self._wish.codecs:
            await self._still(played, self._stills)
            return
        boxes = self._media.fragment(played)
        if boxes is None:
            return
        if self._run != played.run:
            self._run, self._showing_stills = played.run, False
            init = init_segment(played.encoding)
            run = Run(played.run, self._wish.camera, self._wish.profile, played.encoding, self._media.from_90k, init)
            await self._socket.text(init_message(run))
            await self._socket.binary(init)
        await self._socket.binary(boxes)

    async def gap(self, gap: Gap) -> None:
        """Say that pictures are missing."""
        self._media.gap(gap.to_90k)
        await self._socket.text(
            json.dumps(
                {
                    "type": "gap",
                    "from": format_rfc3339(gap.from_90k),
                    "to": format_rfc3339(gap.to_90k),
                    "cause": gap.cause.value,
                }
            )
        )

    async def edge(self, edge: Edge) -> None:
        """Say once that coverage ends here, unless it grows."""
        if not edge.growing and not self._ended:
            self._ended = True
            await self._socket.text(json.dumps({"type": "end", "at": format_rfc3339(edge.at_90k)}))

    async def _still(self, played: Played, stills: StillMaker) -> None:
        if not self._showing_stills:
            self._showing_stills, self._run = True, ""
            name = {Codec.H264: "H.264", Codec.H265: "H.265"}[played.encoding.codec]
            reason = f"This footage is {name}, which this browser cannot play: single pictures are shown."
            await self._socket.text(stills_message(reason))
        # Nothing on the player's side waits for a still's time, so it is sent when it is due.
        await asyncio.sleep(max(0, played.end_90k - max(played.start_90k, self._media.from_90k)) / HZ_90K)
        self._media.position_90k = max(self._media.position_90k, played.end_90k - self._media.from_90k)
        if played.samples and played.samples[0].keyframe:
            await self._socket.binary(await stills(played, 640))
