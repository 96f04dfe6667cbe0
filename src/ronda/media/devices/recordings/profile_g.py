"""Recordings over ONVIF Profile G: Recording Search finds them, Replay says where they are played.

ONVIF Recording Search Specification and Replay Control Service Specification. Which recording belongs to a camera is
told by the video source that both name; a recorder with one recording alone needs no telling. It is never guessed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from onveef import envelopes, parsers
from onveef.urls import rewrite_host

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K, format_rfc3339, parse_rfc3339
from ronda.media.devices.onvif import find_service
from ronda.media.devices.place import DevicePlace, Login
from ronda.media.devices.recordings.kept import KeptFootage, ahead_of
from ronda.media.devices.soap import Fault, SoapCaller
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceFailed, SourceNothing, SourceUnsupported
from ronda.media.sources.rtsp.stretch import Stretch

_MOST_ANSWERS: Final = 20
_MOST_RESULTS: Final = 1_000
_MOST_PROFILES: Final = 256


@dataclass(frozen=True, slots=True)
class _Recording:
    token: str
    source: str
    from_90k: int
    to_90k: int
    track: str


class ProfileG:
    """Asks one recorder.

    Args:
        caller: Signs in to it.
        place: Where its management is.
        login: The account, which also plays.
    """

    def __init__(self, caller: SoapCaller, place: DevicePlace, login: Login) -> None:
        self._caller, self._place, self._login = caller, place, login
        self._services: dict[str, str] = {}

    async def kept(self, live: StreamAddress, from_90k: int, to_90k: int) -> KeptFootage:
        """Return what it has of the camera whose live stream is at `live`, between two moments in true time.

        Raises:
            SourceRefused: The account is not let in.
            SourceUnsupported: It does not offer its archive, or does not say which recording is this camera's.
            SourceNothing: It records nothing of this camera.
            SourceFailed: It does not answer.
        """
        url, offset_s = await find_service(self._place, self._caller)
        offset_90k = None if offset_s is None else round(offset_s * HZ_90K)
        self._caller.clock_offset_s = offset_s or 0.0
        shift = ahead_of(offset_90k)
        services = await self._caller.call(url, envelopes.device_get_services(), parsers.parse_services)
        self._services = {name: rewrite_host(address, url) for name, address in services.items()}
        if not self._services.keys() >= {"search", "replay"}:
            raise SourceUnsupported(
                f"{self._place.host} does not offer its archive over ONVIF (Profile G)",
                "switch ONVIF's search and replay on, or take the recording out on a USB stick and import it",
            )
        recording = await self._of(live)
        spans, exact = await self._spans(recording, from_90k + shift, to_90k + shift)
        request = envelopes.replay_get_replay_uri(recording_token=recording.token)
        uri = await self._caller.call(self._services["replay"], request, parsers.parse_stream_uri)
        address = self._address(uri, url)

        def play(begin: int, end: int) -> tuple[StreamAddress, Stretch | None]:
            return address, Stretch(begin + shift, end + shift)

        mine = tuple((begin - shift, end - shift) for begin, end in spans)
        return KeptFootage("onvif", mine, offset_90k, shift, exact, play)

    def _address(self, uri: str, url: str) -> StreamAddress:
        try:
            address = StreamAddress.parse(rewrite_host(uri, url))
        except BadInput as error:
            raise SourceUnsupported(f"{self._place.host} names no address to play its archive at") from error
        if self._login.given:
            address = replace(address, username=self._login.username, password=self._login.password)
        return address

    async def _of(self, live: StreamAddress) -> _Recording:
        found = [one for item in await self._search() if (one := _recording(item)) is not None]
        if not found:
            raise SourceNothing(f"{self._place.host} has no recordings", "does the recorder record this camera?")
        if len(found) == 1:
            return found[0]
        sources = await self._sources_of(live)
        mine = [one for one in found if one.source in sources]
        if not mine:
            raise SourceUnsupported(
                f"{self._place.host} does not say which of its {len(found)} recordings is this camera's",
                "take the recording out on a USB stick and import it",
            )
        return max(mine, key=lambda one: one.to_90k - one.from_90k)

    async def _search(self) -> list[dict[str, Any]]:
        token = await self._begin(envelopes.search_find_recordings(max_matches=_MOST_RESULTS))
        return await self._results(
            envelopes.search_get_recording_search_results(search_token=token, max_results=_MOST_RESULTS),
            token,
            "RecordingInformation",
        )

    async def _begin(self, request: str) -> str:
        token = await self._caller.call(self._services["search"], request, _search_token)
        if not token:
            raise SourceUnsupported(f"{self._place.host} begins no search in its archive")
        return token

    async def _results(self, request: str, token: str, tag: str) -> list[dict[str, Any]]:
        """Ask for results until the search is complete; it is ended here either way (5.4 of the specification)."""
        kinds = {
            "RecordingInformation": parsers.parse_recording_search_results,
            "Result": parsers.parse_event_search_results,
        }
        found: list[dict[str, Any]] = []
        try:
            for _ in range(_MOST_ANSWERS):
                told = await self._caller.call(self._services["search"], request, kinds[tag])
                found += [one for one in told["results"] if isinstance(one, dict)]
                if told["state"] == "Completed" or len(found) >= _MOST_RESULTS:
                    return found
        finally:
            await self._end(token)
        raise SourceFailed(f"{self._place.host} does not come to an end with searching its archive", "try again later")

    async def _end(self, token: str) -> None:
        try:
            await self._caller.call(self._services["search"], envelopes.search_end_search(search_token=token), _nothing)
        except SourceFailed:
            return  # most end it themselves when it is complete, and then know it no more

    async def _sources_of(self, live: StreamAddress) -> set[str]:
        """Return what a recording may name as its source: the profile with the live address, or its video source."""
        for name, media2 in (("media2", True), ("media", False)):
            if name not in self._services:
                continue
            try:
                request = envelopes.media_get_profiles(use_media2=media2)
                profiles = await self._caller.call(self._services[name], request, parsers.parse_profiles)
            except Fault:
                continue
            for profile in profiles[:_MOST_PROFILES]:
                token = str(profile.get("token", ""))
                request = envelopes.media_get_stream_uri(profile_token=token, use_media2=media2)
                try:
                    uri = await self._caller.call(self._services[name], request, parsers.parse_stream_uri)
                    path = StreamAddress.parse(uri).path
                except (Fault, BadInput):
                    continue
                if path == live.path:
                    return {token, str((profile.get("video_source") or {}).get("source_token") or token)} - {""}
        return set()

    async def _spans(self, recording: _Recording, from_90k: int, to_90k: int) -> tuple[list[tuple[int, int]], bool]:
        """Return where footage is, by the recorder's clock, and whether holes are known."""
        from_90k, to_90k = max(from_90k, recording.from_90k), min(to_90k, recording.to_90k)
        if from_90k >= to_90k:
            return [], True
        try:
            events = await self._states(recording, from_90k, to_90k)
        except SourceFailed:
            events = []
        if not events:
            return [(from_90k, to_90k)], False
        return _present(events, from_90k, to_90k), True

    async def _states(self, recording: _Recording, from_90k: int, to_90k: int) -> list[tuple[int, bool]]:
        """Return since when there is data, or none, of the video track (event RecordingHistory/Track/State)."""
        request = envelopes.search_find_events(
            start_point=format_rfc3339(from_90k),
            end_point=format_rfc3339(to_90k),
            included_recordings=[recording.token],
            include_start_state=True,
            max_matches=_MOST_RESULTS,
        )
        token = await self._begin(request)
        asked = envelopes.search_get_event_search_results(search_token=token, max_results=_MOST_RESULTS)
        found = [
            (at, present)
            for result in await self._results(asked, token, "Result")
            if result.get("TrackToken") in (recording.track, None)
            and (at := _moment(result.get("Time"))) is not None
            and (present := _data_present(result)) is not None
        ]
        return sorted(found)


def _present(events: list[tuple[int, bool]], from_90k: int, to_90k: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    since: int | None = None
    if events[0][0] > from_90k and not events[0][1]:
        since = from_90k  # no start state was told, and what ends had begun before
    for at, present in events:
        if present and since is None:
            since = max(at, from_90k)
        elif not present and since is not None:
            spans.append((since, min(at, to_90k)))
            since = None
    if since is not None:
        spans.append((since, to_90k))
    return [(begin, end) for begin, end in spans if begin < end]


def _recording(item: dict[str, Any]) -> _Recording | None:
    source = item.get("Source")
    tracks = item.get("Track")
    for track in tracks if isinstance(tracks, list) else [tracks]:
        if not isinstance(track, dict) or track.get("TrackType") != "Video":
            continue
        begin = _moment(track.get("DataFrom") or item.get("EarliestRecording"))
        end = _moment(track.get("DataTo") or item.get("LatestRecording"))
        if begin is not None and end is not None and begin < end:
            named = str(source.get("SourceId", "")) if isinstance(source, dict) else ""
            return _Recording(str(item.get("RecordingToken", "")), named, begin, end, str(track.get("TrackToken")))
    return None


def _data_present(result: dict[str, Any]) -> bool | None:
    """Return what the event says of IsDataPresent; None where it is another event."""
    waiting: list[Any] = [result.get("Event")]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            if one.get("@Name") in ("IsDataPresent", "DataPresent"):
                return str(one.get("@Value", "")).lower() in ("true", "1")
            waiting += one.values()
    return None


def _moment(text: object) -> int | None:
    """Return a moment as XML Schema writes it; one without a zone is UTC."""
    if not isinstance(text, str) or not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return parse_rfc3339(text if moment.tzinfo else f"{text}Z")
    except (ValueError, BadInput):
        return None


def _search_token(text: str) -> str:
    root = parsers.parse_xml(text)
    if root is None:
        return ""
    return next(((one.text or "").strip() for one in root.iter() if one.tag.endswith("}SearchToken")), "")


def _nothing(_: str) -> None:
    return None
