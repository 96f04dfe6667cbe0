"""One presentation on its way to all its clients: packetised once, the same bytes to each."""

from dataclasses import dataclass
from typing import Final, Protocol

from ronda.media.delivery.rtsp.presentation import Picture, Presentation
from ronda.media.rtp.packetise import RtpTrack, on_channels

BACKLOG_BYTES_MAX: Final = 2_000_000
GOP_BYTES_MAX: Final = 16_000_000


@dataclass(slots=True)
class Counters:
    """What a server has counted since it was made."""

    clients: int = 0
    requests: int = 0
    bad_requests: int = 0
    refused: int = 0
    pictures: int = 0
    skipped_pictures: int = 0
    timed_out: int = 0
    turned_away: int = 0


class Player(Protocol):
    """A client that watches."""

    def backlog_bytes(self) -> int:
        """How much it has not yet taken."""
        ...

    def send(self, framed: bytes) -> None:
        """Queue bytes for it."""
        ...

    def hang_up(self) -> None:
        """Close its connection."""
        ...

    @property
    def revoked(self) -> bool:
        """Whether its permission has been withdrawn."""
        ...


@dataclass(slots=True)
class _Place:
    """Where one player stands: its channel, and whether it waits for a keyframe."""

    channel: int
    waiting: bool = True
    slow: bool = False


class Broadcast:
    """Pictures of one presentation to its players.

    A player joins at the next keyframe, or at once with the pictures since the last one where
    `from_cache`. One that lets more than `BACKLOG_BYTES_MAX` pile up skips to the next keyframe.
    """

    def __init__(self, presentation: Presentation, counters: Counters, *, from_cache: bool) -> None:
        self.presentation = presentation
        self.users = 0
        self._counters = counters
        self._from_cache = from_cache
        self._track = RtpTrack()
        self._places: dict[Player, _Place] = {}
        self._gop: list[bytes] = []
        self._gop_bytes = 0

    def join(self, player: Player, channel: int) -> None:
        """Let `player` watch on interleaved channels `channel` and the next."""
        place = self._places.get(player)
        if place is not None:
            place.channel = channel
            return
        if not self._places:
            self.presentation.attach(self)
        self._places[player] = place = _Place(channel)
        if self._from_cache and self._gop:
            player.send(on_channels(b"".join(self._gop), channel))
            place.waiting = False

    def leave(self, player: Player) -> None:
        """Let `player` watch no more; harmless when it does not."""
        if self._places.pop(player, None) is not None and not self._places:
            self.presentation.detach(self)
            self._gop = []

    def picture(self, picture: Picture) -> None:
        """Send a picture to everybody; see `Sink`."""
        framed = self._track.picture(picture.payloads, picture.pts_90k)
        if picture.keyframe:
            framed = self._track.sender_report(picture.utc_90k, picture.pts_90k) + framed
        if self._from_cache:
            self._keep(framed, keyframe=picture.keyframe)
        self._counters.pictures += 1
        for player, place in list(self._places.items()):
            if player.revoked:
                player.hang_up()
            elif self._ready(player, place, keyframe=picture.keyframe):
                player.send(on_channels(framed, place.channel))

    def _ready(self, player: Player, place: _Place, *, keyframe: bool) -> bool:
        if place.waiting and not keyframe:
            self._counters.skipped_pictures += place.slow
            return False
        if player.backlog_bytes() > BACKLOG_BYTES_MAX:
            place.waiting = place.slow = True
            self._counters.skipped_pictures += 1
            return False
        place.waiting = place.slow = False
        return True

    def _keep(self, framed: bytes, *, keyframe: bool) -> None:
        if keyframe:
            self._gop, self._gop_bytes = [], 0
        elif not self._gop:
            return
        self._gop_bytes += len(framed)
        if self._gop_bytes > GOP_BYTES_MAX:
            self._gop = []
        else:
            self._gop.append(framed)

    def hang_up_revoked(self) -> None:
        """Hang up on those whose permission was withdrawn, also where no pictures come."""
        for player in list(self._places):
            if player.revoked:
                player.hang_up()

    def end(self) -> None:
        """Hang up on everybody; see `Sink`."""
        for player in list(self._places):
            player.hang_up()
