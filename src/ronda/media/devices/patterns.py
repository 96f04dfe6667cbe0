"""Recorders that do not speak ONVIF: the RTSP paths of Hikvision and Dahua, tried channel by channel."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from ronda.bus.devices import FoundChannel
from ronda.media.codec.keyframe import Keyframe
from ronda.media.devices.place import Login
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceFailed, SourceRefused, SourceSilent

MOST_CHANNELS: Final = 64
_MISSES: Final = 2
"""So many channels without a picture one after another are the end; one may just be unplugged."""

Look = Callable[[StreamAddress], Awaitable[Keyframe]]
Step = Callable[[FoundChannel, Keyframe], None]


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a maker names its streams; `{channel}` stands for the number.

    Attributes:
        brand: The maker.
        main: Path of a channel's main profile.
        sub: Path of its small one.
        snapshot: Path of its snapshot, on the web port.
    """

    brand: str
    main: str
    sub: str
    snapshot: str


PATTERNS: Final = (
    Pattern(
        "hikvision",
        "/Streaming/Channels/{channel}01",
        "/Streaming/Channels/{channel}02",
        "/ISAPI/Streaming/channels/{channel}01/picture",
    ),
    Pattern(
        "dahua",
        "/cam/realmonitor?channel={channel}&subtype=0",
        "/cam/realmonitor?channel={channel}&subtype=1",
        "/cgi-bin/snapshot.cgi?channel={channel}",
    ),
)


async def try_patterns(host: str, port: int, login: Login, look: Look, step: Step) -> str:
    """Call `step` with each channel that shows a picture, and return the maker whose paths they are.

    Raises:
        SourceRefused: The account is not let in; nothing more is tried.
        SourceFailed: Nothing there shows a picture under these paths.
    """
    first: SourceFailed | None = None
    for pattern in PATTERNS:
        try:
            await _walk(pattern, host, port, login, look, step)
        except SourceRefused:
            raise
        except SourceFailed as error:
            first = first or error
            if not _answers(error):
                break
        else:
            return pattern.brand
    raise first or SourceFailed(f"nothing at {host} shows a picture")


def _answers(error: SourceFailed) -> bool:
    """Whether something answered, so that another maker's paths are worth a try."""
    return type(error) is not SourceFailed or "(DESCRIBE:" in error.message


async def _walk(pattern: Pattern, host: str, port: int, login: Login, look: Look, step: Step) -> None:
    misses = 0
    found = False
    for channel in range(1, MOST_CHANNELS + 1):
        address = _address(host, port, login, pattern.main.format(channel=channel))
        try:
            keyframe = await look(address)
        except SourceRefused:
            raise
        except SourceFailed as error:
            if not found and not isinstance(error, SourceSilent):
                raise  # the first channel is not there at all: these are not the maker's paths
            misses += 1
            if misses >= _MISSES:
                break
            continue
        misses, found = 0, True
        step(_channel(pattern, channel, host, port, login, keyframe), keyframe)
    if not found:
        raise SourceSilent(f"{host} takes these paths and shows no picture on any channel")


def _channel(
    pattern: Pattern, channel: int, host: str, port: int, login: Login, keyframe: Keyframe
) -> FoundChannel:  # fmt: skip
    snapshot = StreamAddress("http", host, 80, pattern.snapshot.format(channel=channel), login.username or None,
                             login.password if login.given else None)  # fmt: skip
    return FoundChannel(
        number=channel,
        url=_address(host, port, login, pattern.main.format(channel=channel)).with_credentials,
        sub_url=_address(host, port, login, pattern.sub.format(channel=channel)).with_credentials,
        snapshot_url=snapshot.with_credentials,
        codec=keyframe.encoding.codec.value,
        width=keyframe.encoding.width,
        height=keyframe.encoding.height,
    )


def _address(host: str, port: int, login: Login, path: str) -> StreamAddress:
    account = (login.username, login.password) if login.given else (None, None)
    return StreamAddress("rtsp", host, port, path, *account)
