"""Playback addresses of Hikvision and Dahua recorders: the moments stand in the address, by the clock on their wall.

Both write local time; the `Z` that Hikvision puts behind it does not mean UTC. Where a recorder does not list what it
has (see `lists`), the whole time that was asked for is tried, and what does not come is not there. They do not stamp
their pictures, so the first one is taken to be of the moment that was asked for, which is right to about the distance
of two keyframes.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from ronda.media.devices.recordings.kept import KeptFootage, ahead_of
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.rtsp.stretch import Stretch

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HIKVISION: Final = re.compile(r"/(?:ISAPI/)?Streaming/(?:Channels|tracks)/(\d{1,3})0[1-9](?:[/?].*)?", re.IGNORECASE)
_DAHUA: Final = re.compile(r"/cam/realmonitor\?(?:.*&)?channel=(\d{1,3})(?:&.*)?", re.IGNORECASE)


def channel_of(live: StreamAddress) -> tuple[str, int] | None:
    """Return the maker of a recorder and which of its channels a live address is of; None for no such maker's."""
    hikvision, dahua = _HIKVISION.fullmatch(live.path), _DAHUA.fullmatch(live.path)
    if hikvision is not None:
        return "hikvision", int(hikvision[1])
    return ("dahua", int(dahua[1])) if dahua is not None else None


def by_maker(
    live: StreamAddress, from_90k: int, to_90k: int, zone: tzinfo, clock_offset_90k: int | None = None
) -> KeptFootage | None:
    """Return how a maker's recorder plays a camera's past; None where the live address is no such maker's.

    Args:
        live: The camera's live address at the recorder.
        from_90k: Start of what is wanted, in true time.
        to_90k: Its end.
        zone: The zone that the recorder's clock shows.
        clock_offset_90k: The recorder's clock minus ours, where somebody measured it.
    """
    known = channel_of(live)
    if known is None:
        return None
    maker, channel = known
    shift = ahead_of(clock_offset_90k)

    def play(begin: int, end: int) -> tuple[StreamAddress, Stretch | None]:
        first, last = _local(begin + shift, zone), _local(end + shift, zone)
        if maker == "hikvision":
            path = f"/Streaming/tracks/{channel}01?starttime={first:%Y%m%dT%H%M%S}Z&endtime={last:%Y%m%dT%H%M%S}Z"
        else:
            times = f"starttime={first:%Y_%m_%d_%H_%M_%S}&endtime={last:%Y_%m_%d_%H_%M_%S}"
            path = f"/cam/playback?channel={channel}&{times}"
        return replace(live, path=path), None

    return KeptFootage(maker, ((from_90k, to_90k),), clock_offset_90k, shift, exact=False, play=play)


def _local(utc_90k: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(microseconds=utc_90k * 100 // 9)).astimezone(zone)
