"""A visit to one recorder: ONVIF first, makers' RTSP paths where that is not spoken, then a still of each channel."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from ronda.base.errors import Busy, RondaError
from ronda.base.pools import Pool
from ronda.base.redaction import redact
from ronda.bus.devices import FoundChannel, FoundRecorder
from ronda.media.codec.errors import CannotDecode
from ronda.media.codec.keyframe import Keyframe, StillFormat, still_of_image, still_of_keyframe
from ronda.media.codec.snapshot import fetch_snapshot
from ronda.media.devices.glance import glance
from ronda.media.devices.onvif import find_service, speak
from ronda.media.devices.patterns import try_patterns
from ronda.media.devices.place import DevicePlace, Login
from ronda.media.devices.soap import SoapCaller, new_client
from ronda.media.sources.accounts import Accounts
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceFailed, SourceRefused
from ronda.media.sources.dialling import Dialler, Urgency
from ronda.media.sources.opening import Opening

STILL_WIDTH: Final = 320
_AT_ONCE: Final = 2
_RTSP_PORT: Final = 554
_MEND: Final = "is this a recorder or camera, and is it on? Look at its address and port"


@dataclass(frozen=True, slots=True)
class VisitTools:
    """What visits share.

    Attributes:
        opening: Makes sources.
        dialler: The budgets by which recorders are protected.
        accounts: Logins that were refused a moment ago.
        pool: Where answers are parsed and stills are made.
    """

    opening: Opening
    dialler: Dialler
    accounts: Accounts
    pool: Pool


class Visit:
    """One visit; `run` once.

    Args:
        tools: See `VisitTools`.
        place: Where.
        login: With which account.
        told: Called once the channels are known.
        still: Called for each channel when there is a still of it, or none to be had.
    """

    def __init__(
        self,
        tools: VisitTools,
        place: DevicePlace,
        login: Login,
        told: Callable[[FoundRecorder], None],
        still: Callable[[FoundChannel, bytes | None], None],
    ) -> None:
        self._tools, self._place, self._login = tools, place, login
        self._told, self._still = told, still
        self._account = f"{place.host}\n{login.username}\n{login.password}"
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def run(self) -> None:
        """Learn the channels, then get their stills.

        Raises:
            SourceRefused: The account is not let in; it is not tried again for a minute.
            SourceFailed: There is nothing to be learnt there.
        """
        if self._tools.accounts.is_refused(self._account):
            raise SourceRefused(
                f"{self._place.host} refused this user name and password a moment ago",
                "correct them, or wait a minute: recorders lock an account after some tries",
            )
        try:
            if self._place.scheme == "rtsp":
                await self._by_patterns(None)
                return
            recorder = await self._by_onvif()
        except SourceRefused:
            self._tools.accounts.refuse(self._account)
            raise
        if recorder is not None:
            self._told(recorder)
            async with asyncio.TaskGroup() as group:
                for channel in recorder.channels:
                    group.create_task(self._picture(channel))

    async def _by_onvif(self) -> FoundRecorder | None:
        """Return what ONVIF tells; None when the makers' paths have been tried instead."""
        async with new_client() as client:
            caller = SoapCaller(client, self._login, self._tools.pool)
            try:
                url, offset = await find_service(self._place, caller)
            except SourceFailed as error:
                await self._by_patterns(error)
                return None
            spoken = await speak(url, offset, caller, self._login)
        about = spoken.information
        where = StreamAddress.parse(url)
        return FoundRecorder(
            address=where.authority,
            how="onvif",
            brand=_text(about.get("Manufacturer")),
            model=_text(about.get("Model")),
            serial=_text(about.get("SerialNumber")),
            firmware=_text(about.get("FirmwareVersion")),
            clock_offset_s=spoken.clock_offset_s,
            username=self._login.username,
            password=self._login.password,
            channels=tuple(spoken.channels),
            notes=tuple(spoken.notes),
        )

    async def _by_patterns(self, instead_of: SourceFailed | None) -> None:
        host = self._place.host
        port = (self._place.port or _RTSP_PORT) if self._place.scheme == "rtsp" else _RTSP_PORT
        seen: list[tuple[FoundChannel, Keyframe]] = []

        def step(channel: FoundChannel, keyframe: Keyframe) -> None:
            seen.append((channel, keyframe))

        try:
            how = await try_patterns(host, port, self._login, self._look, step)
        except SourceRefused:
            raise
        except SourceFailed as error:
            if instead_of is None:
                raise
            message = f"{instead_of.message}, and not with the RTSP paths of Hikvision or Dahua ({error.message})"
            raise SourceFailed(redact(message), instead_of.mend or _MEND) from error
        shown = f"{host}:{port}" if self._place.scheme == "rtsp" else host
        channels = tuple(channel for channel, _ in seen)
        self._told(FoundRecorder(address=shown, how=how, brand=how.title(), channels=channels,
                                 username=self._login.username, password=self._login.password))  # fmt: skip
        for channel, keyframe in seen:
            self._show(channel, await self._of_keyframe(keyframe))

    async def _look(self, address: StreamAddress) -> Keyframe:
        async with self._tools.dialler.ticket(address.host_key, Urgency.VIEWER):
            return await glance(address, self._tools.opening)

    async def _picture(self, channel: FoundChannel) -> None:
        async with self._gate:
            picture: bytes | None = None
            problem: str | None = None
            if channel.snapshot_url is not None:
                try:
                    image = await fetch_snapshot(channel.snapshot_url)
                    picture = await self._tools.pool.run(
                        partial(still_of_image, image, STILL_WIDTH, StillFormat.JPEG)
                    )  # fmt: skip
                except (RondaError, ValueError):
                    picture = None  # many snapshot addresses do not work; the stream is there nevertheless
            if picture is None:
                try:
                    keyframe = await self._look(StreamAddress.parse(channel.sub_url or channel.url))
                    picture = await self._of_keyframe(keyframe)
                except (RondaError, CannotDecode) as error:
                    problem = redact(error.message)
            self._show(channel, picture, problem)

    async def _of_keyframe(self, keyframe: Keyframe) -> bytes | None:
        try:
            return await self._tools.pool.run(partial(still_of_keyframe, keyframe, STILL_WIDTH, StillFormat.JPEG))
        except (CannotDecode, Busy):
            return None

    def _show(self, channel: FoundChannel, picture: bytes | None, problem: str | None = None) -> None:
        found = channel.model_copy(update={"still": picture is not None, "problem": problem})
        self._still(found, picture)


def _text(text: str | None) -> str:
    return "".join(letter for letter in text or "" if letter.isprintable())[:100]
