"""`WS /{camera}/playback?from=&profile=&keyframes=&codecs=`: footage from any moment, a few seconds ahead.

Messages are those of live, besides: `gap` where pictures are missing, `end` where coverage ends now,
`seeked` after a `seek`. Media time counts from `from`, through all runs and gaps. The server sends
eight seconds ahead and goes on as far as the player's `want` says.

Where the camera is shown with a delay nothing younger is ever sent, whatever the player wants; where parts of the
view are covered, single pictures are sent on which they are.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.websockets import WebSocket

from ronda.archive.archive import Archive
from ronda.archive.delivery.asked import camera_of, moment_of
from ronda.archive.reading.cursor import Edge, Piece, Played
from ronda.archive.reading.media_time import MediaTime
from ronda.base.errors import BadInput, Busy, NotAllowed
from ronda.base.time import HZ_90K, format_rfc3339, parse_rfc3339
from ronda.bus.contract import Gap
from ronda.media.access_unit import Codec
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.masks import Masks
from ronda.media.delivery.messages import init_message, stills_message
from ronda.media.delivery.permission import Permit
from ronda.media.delivery.reasons import MASKED_PAST, no_past, unplayable_past
from ronda.media.delivery.socket import RESTART_CODE, REVOKED_CODE, STUCK_S, MediaSocket
from ronda.media.fmp4.writer import init_segment
from ronda.media.fragment import Run

AHEAD_90K: Final = 8 * HZ_90K
_READ_90K: Final = 2 * HZ_90K
_READ_KEYFRAMES_90K: Final = 30 * HZ_90K
_EDGE_S: Final = 0.2
_END_S: Final = 1.0
_LOOK_S: Final = 0.5
_LOGGED_90K: Final = 300 * HZ_90K
"""Which five minutes were looked at is told to the access log as they are shown, wherever the player went."""


StillMaker = Callable[[Played, int, Masks], Awaitable[bytes]]
"""Makes a JPEG so many pixels wide of a keyframe, masks painted over: for what cannot or must not be played."""


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


@dataclass(frozen=True, slots=True)
class PlaybackTools:
    """What all sessions share.

    Attributes:
        archive: Where the footage is.
        stills: Makes JPEGs; without it fragments are sent also to a player that cannot play the codec.
        now_90k: The time of the timeline.
        stuck_s: How long a message may wait for its reader.
    """

    archive: Archive
    stills: StillMaker | None
    now_90k: Callable[[], int]
    stuck_s: float = STUCK_S


class PlaybackSession:
    """One player of one camera's past.

    Args:
        websocket: An accepted socket.
        permit: Leave to watch.
        wish: What was asked for.
        tools: What all sessions share.
    """

    def __init__(self, websocket: WebSocket, permit: Permit, wish: PlaybackWish, tools: PlaybackTools) -> None:
        self._socket = MediaSocket(websocket, permit, self._hear, tools.stuck_s)
        self._permit = permit
        self._treatment = permit.treatment
        self._shown = wish.from_90k // _LOGGED_90K
        self._wish = wish
        self._tools = tools
        self._heard = asyncio.Event()
        self._until_90k = AHEAD_90K
        self._seek_90k: int | None = None

    async def run(self) -> None:
        """Serve the player until it leaves."""
        await self._socket.run(self._talk)

    async def _talk(self) -> None:
        instead = no_past(self._treatment)
        if instead is None and self._treatment.masks and self._tools.stills is None:
            instead = MASKED_PAST
        if instead is not None:
            await self._socket.instead(instead)
            return
        from_90k = self._wish.from_90k
        try:
            while True:
                await self._play(from_90k)
                if self._seek_90k is not None:
                    self._permit.reach(self._seek_90k)
                from_90k, self._seek_90k = self._seek_90k or from_90k, None
                await self._socket.text(json.dumps({"type": "seeked", "from": format_rfc3339(from_90k)}))
        except NotAllowed as error:
            await self._socket.close(REVOKED_CODE, error.message)
        except Busy as error:  # what cannot be logged is not shown
            await self._socket.close(RESTART_CODE, error.message)

    async def _play(self, from_90k: int) -> None:
        """Send what was recorded from a moment on, until the player seeks."""
        wish, archive = self._wish, self._tools.archive
        keyframes_only = wish.keyframes_only or bool(self._treatment.masks)
        cursor = archive.cursor(wish.camera, wish.profile, from_90k, keyframes_only=keyframes_only)
        length_90k = _READ_KEYFRAMES_90K if keyframes_only else _READ_90K
        media = MediaTime(from_90k)
        teller = _Teller(self._socket, wish, media, _Painting(self._tools.stills, self._treatment.masks, self._rest))
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
                if await self._old_enough(piece.end_90k):
                    self._tell_log(piece.start_90k)
                    await teller.pictures(piece)
            case Gap():
                if await self._old_enough(piece.to_90k):
                    await teller.gap(piece)
                # The player jumps over the gap; it must find something behind it.
                self._until_90k = max(self._until_90k, media.position_90k + AHEAD_90K)
            case Edge():
                await teller.edge(piece)
                await self._listen(_EDGE_S if piece.growing else _END_S)

    def _tell_log(self, at_90k: int) -> None:
        if (shown := at_90k // _LOGGED_90K) != self._shown:
            self._permit.shows(at_90k)
            self._shown = shown

    async def _old_enough(self, at_90k: int) -> bool:
        """Wait until a moment may be shown, and return whether it may: the player may have gone elsewhere."""
        delay_90k = self._treatment.delay_s * HZ_90K
        while delay_90k and self._seek_90k is None:
            missing_90k = at_90k + delay_90k - self._tools.now_90k()
            if missing_90k <= 0:
                break
            await self._listen(missing_90k / HZ_90K)
        return self._seek_90k is None

    async def _rest(self, seconds: float) -> None:
        """Wait, unless the player seeks meanwhile."""
        until = time.monotonic() + seconds
        while self._seek_90k is None and (left := until - time.monotonic()) > 0:
            await self._listen(left)

    async def _listen(self, seconds: float) -> None:
        """Wait until the player says something, at most for some time."""
        self._heard.clear()
        try:
            async with asyncio.timeout(min(seconds, _LOOK_S)):
                await self._heard.wait()
        except TimeoutError:
            pass
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


@dataclass(frozen=True, slots=True)
class _Painting:
    """How single pictures are shown: by whom they are made, what is painted over, what waits for the next."""

    make: StillMaker | None
    masks: Masks
    rest: Callable[[float], Awaitable[None]]


class _Teller:
    """Says to one player what is played, since its last seek."""

    def __init__(self, socket: MediaSocket, wish: PlaybackWish, media: MediaTime, painting: _Painting) -> None:
        self._socket = socket
        self._wish = wish
        self._media = media
        self._painting = painting
        self._run = ""
        self._ended = False
        self._showing_stills = False

    async def pictures(self, played: Played) -> None:
        """Send a fragment, or a still of it."""
        self._ended = False
        painting = self._painting
        if painting.masks or (painting.make is not None and played.encoding.codec not in self._wish.codecs):
            await self._still(played, painting)
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

    async def _still(self, played: Played, painting: _Painting) -> None:
        if not self._showing_stills:
            self._showing_stills, self._run = True, ""
            reason = MASKED_PAST if painting.masks else unplayable_past(played.encoding.codec)
            await self._socket.text(stills_message(reason))
        if painting.make is not None and played.samples and played.samples[0].keyframe:
            try:
                jpeg = await painting.make(played, 640, painting.masks)
            except (Busy, CannotDecode):
                pass  # the one before stays
            else:
                await self._socket.binary(jpeg)
        self._media.position_90k = max(self._media.position_90k, played.end_90k - self._media.from_90k)
        # Nothing on the player's side waits for a still's time: each is shown until the next one comes.
        await painting.rest(max(0, played.end_90k - max(played.start_90k, self._media.from_90k)) / HZ_90K)
