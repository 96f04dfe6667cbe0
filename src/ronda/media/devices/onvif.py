"""What a device says of itself over ONVIF: who it is, its channels, where their streams are (Profile S, Profile T).

What devices get wrong is set right and told: hosts that are not theirs, Media2 that is announced and missing, clocks.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from onveef import envelopes, parsers
from onveef.urls import rewrite_host

from ronda.base.errors import BadInput
from ronda.bus.devices import FoundChannel
from ronda.media.devices.place import DevicePlace, Login
from ronda.media.devices.soap import Fault, SoapCaller
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceFailed, SourceRefused, SourceUnsupported

USUAL_PORTS: Final = ((80, "http"), (8080, "http"), (8000, "http"), (8899, "http"), (2020, "http"), (443, "https"))
"""Where devices have ONVIF, the likeliest first."""
MOST_CHANNELS: Final = 64
_CODECS: Final = {"H264": "h264", "H265": "h265", "HEVC": "h265"}
_AT_ONCE: Final = 4
_WRONG_CLOCK_S: Final = 5.0


@dataclass
class Spoken:
    """What a device says.

    Attributes:
        url: Address of its device service.
        information: Manufacturer, Model, SerialNumber, FirmwareVersion.
        clock_offset_s: How far its clock is ahead of ours; None where it does not say.
        channels: Its channels.
        notes: What was set right on the way.
    """

    url: str
    information: dict[str, str] = field(default_factory=dict)
    clock_offset_s: float | None = None
    channels: list[FoundChannel] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def find_service(place: DevicePlace, caller: SoapCaller) -> tuple[str, float | None]:
    """Return the address of a device's ONVIF service, and its clock's offset.

    Raises:
        SourceFailed: Nothing there speaks ONVIF.
    """
    ports = ((place.port, place.scheme),) if place.port or place.scheme == "https" else USUAL_PORTS
    urls = [place.url(port, scheme) for port, scheme in ports]
    answers = await asyncio.gather(*(_clock(url, caller) for url in urls), return_exceptions=True)
    for url, answer in zip(urls, answers, strict=True):
        if not isinstance(answer, BaseException):
            return url, answer
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, SourceFailed):
            raise answer
    first = answers[0]
    if len(urls) == 1 and isinstance(first, SourceFailed):
        raise first
    shown = ", ".join(str(port) for port, _ in ports)
    raise SourceFailed(f"{place.host} does not speak ONVIF at port {shown}", "give the port: host:port")


async def _clock(url: str, caller: SoapCaller) -> float | None:
    try:
        told = await caller.call(url, envelopes.device_get_system_date_time(), parsers.parse_system_datetime,
                                 signed=False)  # fmt: skip
    except (Fault, SourceRefused):
        return None  # it speaks ONVIF, and not about the time
    utc = told.get("UTCDateTime")
    if not utc:
        return None
    try:
        theirs = datetime(
            utc["year"], utc["month"], utc["day"], utc["hour"], utc["minute"], min(utc["second"], 59), tzinfo=UTC
        )
    except ValueError:
        return None
    return round((theirs - datetime.now(UTC)).total_seconds(), 1)


async def speak(url: str, clock_offset_s: float | None, caller: SoapCaller, login: Login) -> Spoken:
    """Return what the device at `url` has.

    Raises:
        SourceRefused: The account is not let in.
        SourceUnsupported: It has no video.
        SourceFailed: It stopped answering.
    """
    spoken = Spoken(url, clock_offset_s=clock_offset_s)
    if clock_offset_s is not None:
        caller.clock_offset_s = clock_offset_s
        if abs(clock_offset_s) > _WRONG_CLOCK_S:
            spoken.notes.append(f"its clock is {clock_offset_s:+.0f} s from ours")
    # The first call with the password: a refusal ends the visit here, before it is tried again.
    spoken.information = await caller.call(url, envelopes.device_get_information(), parsers.parse_device_information)
    services = await _services(url, caller)
    profiles, media, media2 = await _profiles(services, caller, spoken)
    await _fill(spoken, profiles, media, caller, login, media2=media2)
    if not spoken.channels:
        raise SourceUnsupported("the device names no video in H.264 or H.265", "set its cameras to H.264 or H.265")
    return spoken


async def _services(url: str, caller: SoapCaller) -> dict[str, str]:
    services: dict[str, str] = {}
    with contextlib.suppress(Fault):
        services = await caller.call(url, envelopes.device_get_services(), parsers.parse_services)
    if not services.keys() & {"media", "media2"}:
        with contextlib.suppress(Fault):
            services = await caller.call(url, envelopes.device_get_capabilities(), parsers.parse_capabilities)
    # Devices name themselves by an address of another network, or of another port: what answered is right.
    return {name: rewrite_host(address, url) for name, address in services.items()}


async def _profiles(
    services: dict[str, str], caller: SoapCaller, spoken: Spoken
) -> tuple[list[dict[str, Any]], str, bool]:
    for name, media2 in (("media2", True), ("media", False)):
        if name not in services:
            continue
        request = envelopes.media_get_profiles(use_media2=media2)
        try:
            profiles = await caller.call(services[name], request, parsers.parse_profiles)
        except SourceRefused:
            raise
        except SourceFailed as error:
            if not media2:
                raise
            spoken.notes.append(f"Media2 is announced and does not work ({error.message}); Media was used")
            continue
        if profiles:
            return profiles, services[name], media2
    raise SourceUnsupported("the device has no media profiles", "make a profile with video on the device")


@dataclass(frozen=True)
class _Profile:
    token: str
    name: str
    source: str
    codec: str
    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def _videos(profiles: list[dict[str, Any]]) -> dict[str, list[_Profile]]:
    """Return the profiles that can be carried by video source, the largest picture first."""
    found: dict[str, list[_Profile]] = {}
    for profile in profiles:
        encoder, source = profile.get("video_encoder") or {}, profile.get("video_source") or {}
        codec = _CODECS.get(str(encoder.get("encoding", "")).upper().replace(".", ""))
        token = str(profile.get("token", ""))
        if codec is None or not token:
            continue
        key = str(source.get("source_token") or token)
        name = str(source.get("name") or profile.get("name") or "")
        width, height = int(encoder.get("width") or 0), int(encoder.get("height") or 0)
        found.setdefault(key, []).append(_Profile(token, name, key, codec, width, height))
    for group in found.values():
        group.sort(key=lambda profile: -profile.pixels)
    return found


async def _fill(
    spoken: Spoken, profiles: list[dict[str, Any]], media: str, caller: SoapCaller, login: Login, *, media2: bool
) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)
    wrong_hosts: set[str] = set()
    snapshots_work = True

    async def address(profile: _Profile) -> str | None:
        request = envelopes.media_get_stream_uri(profile_token=profile.token, use_media2=media2)
        async with gate:
            try:
                uri = await caller.call(media, request, parsers.parse_stream_uri)
            except Fault:
                return None
        return _mended(uri, spoken.url, login, wrong_hosts)

    async def snapshot(profile: _Profile) -> str | None:
        nonlocal snapshots_work
        if not snapshots_work:
            return None
        request = envelopes.media_get_snapshot_uri(profile_token=profile.token, use_media2=media2)
        async with gate:
            try:
                uri = await caller.call(media, request, parsers.parse_snapshot_uri)
            except SourceRefused:
                raise
            except SourceFailed:
                snapshots_work = False
                return None
        return _mended(uri, spoken.url, login, wrong_hosts)

    async def channel(number: int, group: list[_Profile]) -> FoundChannel | None:
        main = group[0]
        small = next((one for one in reversed(group) if one.pixels < main.pixels), None)
        url = await address(main)
        if url is None:
            return None
        return FoundChannel(
            number=number,
            name=_printable(main.name),
            url=url,
            sub_url=await address(small) if small else None,
            snapshot_url=await snapshot(main),
            codec=main.codec,
            width=main.width or None,
            height=main.height or None,
        )

    groups = list(_videos(profiles).values())[:MOST_CHANNELS]
    made = await asyncio.gather(*(channel(number, group) for number, group in enumerate(groups, 1)))
    spoken.channels = [one for one in made if one is not None]
    for host in sorted(wrong_hosts):
        spoken.notes.append(f"it names its streams by {host}, which is not where it answers; set right")


def _mended(uri: str, url: str, login: Login, wrong_hosts: set[str]) -> str | None:
    """Return an address that the device gave, on the host that answered and with the account in it."""
    if not uri:
        return None
    try:
        given = StreamAddress.parse(uri)
        address = StreamAddress.parse(rewrite_host(uri, url))
    except BadInput:
        return None
    if given.host != address.host:
        wrong_hosts.add(given.host)
    if login.given:
        address = replace(address, username=login.username, password=login.password)
    return address.with_credentials


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:100]
