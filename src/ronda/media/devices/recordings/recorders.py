"""The one door to recorders' archives: ONVIF Profile G first, then the makers' own addresses.

Owns which logins were refused a moment ago, so that fetching locks no account.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Final

from ronda.base.errors import BadInput
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, Clock
from ronda.media.devices.place import DevicePlace, Login
from ronda.media.devices.recordings.kept import KeptFootage
from ronda.media.devices.recordings.lists import MakerList, NoList
from ronda.media.devices.recordings.makers import by_maker, channel_of
from ronda.media.devices.recordings.profile_g import ProfileG
from ronda.media.devices.soap import SoapCaller, new_client
from ronda.media.sources.accounts import Accounts
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceFailed, SourceNothing, SourceRefused, SourceUnsupported
from ronda.media.sources.rtsp.replay import ReplaySource
from ronda.media.sources.rtsp.stretch import Stretch

_NO_RECORDER: Final = "only cameras behind a recorder or with a memory card keep footage of their own"


class Recorders:
    """Asks recorders what they have kept, and plays it.

    Args:
        resolve: Looks a host up.
        clock: The time.
        pool: Where answers are parsed.
        zone: The zone that recorders' clocks show.
    """

    def __init__(
        self,
        resolve: Callable[[str, int], Awaitable[Sequence[tuple[str, int]]]],
        clock: Clock,
        pool: Pool,
        zone: tzinfo,
    ) -> None:
        self._resolve, self._clock, self._pool, self._zone = resolve, clock, pool, zone
        self._accounts = Accounts(clock)

    async def kept(self, live_url: str, recorder: str, from_90k: int, to_90k: int) -> KeptFootage:
        """Return what is kept at a site of a camera, between two moments.

        Args:
            live_url: The camera's stream at the recorder, account included.
            recorder: Where its management is; empty for where the stream is.
            from_90k: Start of the range.
            to_90k: Its end.

        Raises:
            SourceRefused: The account is not let in; it is not tried again for a minute.
            SourceUnsupported: There is no recorder, or it does not hand out its archive.
            SourceNothing: It has nothing of this camera.
            SourceFailed: It does not answer.
        """
        live = StreamAddress.parse(live_url)
        if live.scheme not in ("rtsp", "rtsps"):
            raise SourceUnsupported("this camera has no recorder that could be asked", _NO_RECORDER)
        self._check(live)
        login = Login(live.username or "", live.password or "")
        async with new_client() as client:
            caller = SoapCaller(client, login, self._pool)
            try:
                place = DevicePlace.parse(recorder or live.host)
                return await ProfileG(caller, place, login).kept(live, from_90k, to_90k)
            except SourceRefused:
                self._accounts.refuse(live.account_key)
                raise
            except SourceNothing:
                raise
            except (SourceFailed, BadInput) as error:
                offset = round(caller.clock_offset_s * HZ_90K) or None
                known = by_maker(live, from_90k, to_90k, self._zone, offset)
                if known is None:
                    raise error
                return await self._listed(known, live, MakerList(client, place, login, self._pool, self._zone))

    async def _listed(self, known: KeptFootage, live: StreamAddress, asked: MakerList) -> KeptFootage:
        """Return a maker's footage with the spans that its own list has, where it has one for us."""
        channel = channel_of(live)
        key = f"list of {live.account_key}"
        if channel is None or not live.username or self._accounts.is_refused(key):
            return known
        (from_90k, to_90k), ahead = known.spans[0], known.ahead_90k
        try:
            spans = await asked.listed(*channel, from_90k + ahead, to_90k + ahead)
        except NoList:
            return known
        except SourceRefused:
            # Its pictures may be played all the same: another thing listens there, or the account may not search.
            self._accounts.refuse(key)
            return known
        true = tuple((start - ahead, end - ahead) for start, end in spans)
        return replace(known, spans=true, exact=True)

    def source(self, address: StreamAddress, stretch: Stretch | None) -> ReplaySource:
        """Return what plays a stretch once.

        Raises:
            SourceRefused: The account was refused a moment ago.
        """
        self._check(address)
        return ReplaySource(address, stretch, self._resolve, self._clock)

    def refused(self, address: StreamAddress) -> None:
        """A recorder did not let the account of this address play."""
        self._accounts.refuse(address.account_key)

    def _check(self, address: StreamAddress) -> None:
        if self._accounts.is_refused(address.account_key):
            raise SourceRefused(
                f"{address.host} refused this user name and password a moment ago",
                "correct them, or wait a minute: recorders lock an account after some tries",
            )
