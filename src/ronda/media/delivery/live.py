"""Live over WebSocket: a cursor on the stream's fragments for each viewer.

What is played is chosen by what the player can: the profile asked for as it is, the other profile,
a derived H.264, and failing all stills a few times a second with one sentence why. Where masks must be
painted, nothing but the derived profile and painted stills is ever a choice.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from math import inf
from typing import Any, Final, Protocol

from starlette.websockets import WebSocket

from ronda.base.causes import SourceState
from ronda.base.errors import BadInput, Busy, NotFound
from ronda.base.stages import DELIVERED
from ronda.media.access_unit import Codec
from ronda.media.codec.masks import Masks
from ronda.media.delivery.measures import SKIPPED_PICTURES, VIEWER_LAG, VIEWERS
from ronda.media.delivery.messages import init_message, skipped_message, state_message, stills_message
from ronda.media.delivery.permission import Permit
from ronda.media.delivery.reasons import (
    CAMERA_BUSY,
    CONVERTERS_BUSY,
    MASKS_BUSY,
    MASKS_UNPLAYABLE,
    NOTHING_PLAYABLE,
    Reason,
    no_live,
    unplayable,
)
from ronda.media.delivery.socket import RESTART_CODE, STUCK_S, MediaSocket
from ronda.media.fragment import Run
from ronda.media.leases import Purpose
from ronda.media.ring import StreamClosed
from ronda.media.stream import Stream
from ronda.media.streams import Streams

_PATIENCE_S: Final = 6.0
_BUSY_S: Final = 1.0


class Pictures(Protocol):
    """What can be made of a stream for players that cannot play it."""

    def derive(self, stream: Stream, masks: Masks = ()) -> Stream:
        """Return an H.264 stream of the same pictures, masks painted over, the same for all who ask.

        Raises:
            Busy: As many are made already as this machine may make.
        """
        ...

    def stills(self, stream: Stream, masks: Masks = ()) -> AsyncGenerator[bytes, None]:
        """Yield JPEGs of what is seen now, 2 to 5 a second where the machine can; empty ones when there is none.

        Masks are painted over.
        """
        ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What a viewer asked for.

    Attributes:
        camera: Camera id.
        profile: The profile that it would like.
        codecs: What its player can play.
    """

    camera: str
    profile: str
    codecs: frozenset[Codec]


def wish_of(websocket: WebSocket) -> Wish:
    """Return what the address of a socket asks for.

    Raises:
        BadInput: It names no profile or codec that there is.
    """
    profile = websocket.query_params.get("profile", "main")
    if profile not in ("main", "sub"):
        raise BadInput(f"{profile[:80]!r} is not a profile", "use main or sub")
    names = [name for name in websocket.query_params.get("codecs", "h264,h265").split(",") if name]
    known = {codec.value for codec in Codec}
    codecs = frozenset(Codec(name) for name in names if name in known)
    return Wish(websocket.path_params["camera"], profile, codecs)


class LiveSession:
    """One viewer of one camera.

    Args:
        websocket: An accepted socket.
        permit: Leave to watch.
        wish: What was asked for.
        streams: Where streams are found.
        pictures: Makes derived profiles and stills; without it only what comes is played.
        stuck_s: How long a message may wait for its reader.
    """

    def __init__(
        self,
        websocket: WebSocket,
        permit: Permit,
        wish: Wish,
        streams: Streams,
        pictures: Pictures | None,
        stuck_s: float = STUCK_S,
    ) -> None:
        self._socket = MediaSocket(websocket, permit, self._hear, stuck_s)
        self._keeper = permit.keeper
        self._treatment = permit.treatment
        self._wish = wish
        self._streams = streams
        self._pictures = pictures
        self._state_told: tuple[Stream, int] | None = None

    async def run(self) -> None:
        """Serve the viewer until it leaves."""
        VIEWERS.labels("live").inc()
        try:
            await self._socket.run(self._talk)
        finally:
            VIEWERS.labels("live").dec()

    async def _talk(self) -> None:
        try:
            instead = no_live(self._treatment)
            if instead is not None:
                await self._socket.instead(instead)
            elif self._treatment.masks:
                await self._play_masked()
            else:
                await self._play_best()
        except (StreamClosed, NotFound) as error:
            await self._socket.close(RESTART_CODE, error.message)

    async def _play_best(self) -> None:
        reason: Reason | None = None
        for number, candidate in enumerate(self._candidates()):
            try:
                stream = candidate()
            except Busy:
                reason = CONVERTERS_BUSY
                continue
            # The first choice is waited for, however long its camera is away; what replaces it is not.
            patience_s = _PATIENCE_S if number or reason else inf
            reason = await self._play(stream, patience_s) or reason
            if reason is CAMERA_BUSY:
                await self._socket.instead(reason)
                return
        await self._show_stills(reason or NOTHING_PLAYABLE)

    async def _play_masked(self) -> None:
        """Play what is painted over, once for all viewers; where that cannot be, painted stills."""
        reason = MASKS_UNPLAYABLE
        if self._pictures is not None and Codec.H264 in self._wish.codecs:
            try:
                stream = treated_stream(self._streams, self._pictures, self._wish.camera, self._treatment.masks)
            except Busy:
                reason = MASKS_BUSY
            else:
                await self._play(stream, inf)
        await self._show_stills(reason)

    def _candidates(self) -> list[Callable[[], Stream]]:
        """Return what may be played, best first, leaving out what is known to be of no use."""
        wish, found = self._wish, self._streams.profiles(self._wish.camera)
        if not found:
            raise NotFound(f"there is no camera {wish.camera!r}")
        recorded = [stream for stream in found if stream.profile in ("main", "sub")]
        recorded.sort(key=lambda stream: stream.profile != wish.profile)
        anything = self._pictures is None
        usable = [s for s in recorded if anything or s.last_codec is None or s.last_codec in wish.codecs]
        candidates: list[Callable[[], Stream]] = [lambda stream=stream: stream for stream in usable]  # type: ignore[misc]
        pictures = self._pictures
        if pictures is not None and Codec.H264 in wish.codecs:
            main = next((stream for stream in recorded if stream.profile == wish.profile), recorded[0])
            candidates.append(lambda: pictures.derive(main))
        return candidates

    async def _play(self, stream: Stream, patience_s: float) -> Reason | None:
        """Send fragments until the encoding is one that the player cannot play; return why it ended."""
        run: Run | None = None
        skipped = 0
        joined = False  # what a viewer begins with comes from the cache
        socket, codecs = self._socket, self._wish.codecs
        begun, version = self._streams.clock.monotonic(), stream.state_version
        with stream.lease(Purpose.VIEW):
            cursor = stream.cursor()
            while True:
                if self._state_told != (stream, stream.state_version):
                    await self._tell_state(stream)
                taken = cursor.take_wire()
                if taken is None:
                    socket.check()
                    now = self._streams.clock.monotonic()
                    # A state of before may be old: this viewer has it dialled anew.
                    fresh = stream.state_version != version or now > begun + _BUSY_S
                    if run is None and fresh and stream.state_now is SourceState.BUSY:
                        return CAMERA_BUSY
                    if run is None and now > begun + patience_s:
                        return None
                    await cursor.wait()
                    continue
                fragment, wire = taken
                if fragment.run is not run:
                    if fragment.run.encoding.codec not in codecs and self._pictures is not None:
                        return unplayable(fragment.run.encoding.codec)
                    run = fragment.run
                    await socket.text(init_message(run))
                    await socket.binary(run.init)
                if cursor.skipped_pictures != skipped:
                    await socket.text(skipped_message(cursor.skipped_pictures - skipped))
                    SKIPPED_PICTURES.inc(cursor.skipped_pictures - skipped)
                    skipped = cursor.skipped_pictures
                await socket.binary(wire)
                if fragment.keyframe and joined:
                    DELIVERED.observe(self._streams.clock.monotonic() - fragment.arrival)
                joined = True

    async def _tell_state(self, stream: Stream) -> None:
        self._state_told = (stream, stream.state_version)
        await self._socket.text(state_message(stream, reason=self._keeper))

    async def _show_stills(self, reason: Reason) -> None:
        if self._pictures is None:
            await self._socket.instead(reason)
            return
        stream = smallest_stream(self._streams, self._wish.camera)
        await self._socket.text(stills_message(reason))
        with stream.lease(Purpose.VIEW):
            async with aclosing(self._pictures.stills(stream, self._treatment.masks)) as stills:
                async for jpeg in stills:
                    if self._state_told != (stream, stream.state_version):
                        await self._tell_state(stream)
                    self._socket.check()
                    if jpeg:
                        await self._socket.binary(jpeg)

    def _hear(self, message: dict[str, Any]) -> None:
        lag_ms = message.get("ms")
        if message.get("type") == "lag" and isinstance(lag_ms, int | float) and 0 <= lag_ms < 1e7:
            VIEWER_LAG.observe(lag_ms / 1000)


def smallest_stream(streams: Streams, camera: str) -> Stream:
    """Return the stream of which a camera's pictures are the cheapest to decode.

    Raises:
        NotFound: There is no such camera.
    """
    found = streams.profiles(camera)
    if not found:
        raise NotFound(f"there is no camera {camera!r}")
    return next((stream for stream in found if stream.profile == "sub"), found[0])


def treated_stream(streams: Streams, pictures: Pictures, camera: str, masks: Masks) -> Stream:
    """Return the one stream of a camera on which masks are painted, whichever profile was asked for.

    Raises:
        NotFound: There is no such camera.
        Busy: As many are made already as this machine may make.
    """
    return pictures.derive(smallest_stream(streams, camera), masks)
