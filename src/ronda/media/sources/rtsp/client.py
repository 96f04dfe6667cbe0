"""The client's half of RTSP 1.0 (RFC 2326) as a state machine: messages in, bytes to send out.

Owns the conversation with one server: its phase, session, authentication and what it described.
It knows neither sockets nor clocks.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ronda.base.errors import BadInput
from ronda.media.rtp.sdp import BadSessionDescription, MediaDescription, SessionDescription, parse_sdp
from ronda.media.rtp.video_format import VideoFormat, video_format
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import (
    SourceBusy,
    SourceFailed,
    SourceNothing,
    SourceRefused,
    SourceUnsupported,
)
from ronda.media.sources.rtsp.authentication import Authenticator, Credentials, parse_challenges
from ronda.media.sources.rtsp.control import base_url, session_urls, track_urls, urljoin_rtsp
from ronda.media.sources.rtsp.message import Message, Response, ServerRequest, write_answer, write_request
from ronda.media.sources.rtsp.stretch import REPLAY, Stretch

USER_AGENT: Final = "Ronda"
_REDIRECTS: Final = (301, 302, 303, 305, 307, 308)
_TRANSPORTS: Final = ("RTP/AVP/TCP;unicast;interleaved=0-1", "RTP/AVP/TCP;interleaved=0-1")
_SESSION_TIMEOUT_S: Final = 60
_WHY: Final = {
    403: "does not allow it",
    404: "has nothing at this path",
    453: "serves as many pictures at once as it can",
    454: "has forgotten the session",
    500: "has a fault of its own",
    503: "cannot serve it now",
}


class Phase(StrEnum):
    """Which request is under way, or what came of it."""

    OPTIONS = "OPTIONS"
    DESCRIBE = "DESCRIBE"
    SETUP = "SETUP"
    PLAY = "PLAY"
    PLAYING = "playing"
    REDIRECTED = "redirected"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """What a server says of itself, for a person.

    Attributes:
        tracks: One line each, such as `video H264/90000`.
        codec: The coding of the video that is played.
        server: Its `Server` header; empty where it has none.
        methods: What it says it can do (`Public`).
    """

    tracks: tuple[str, ...]
    codec: str
    server: str
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channels:
    """The interleaved channels of the track that is played."""

    rtp: int
    rtcp: int


class RtspClient:
    """Leads one server from OPTIONS to PLAY and keeps its session alive.

    `start` and `receive` return the bytes to send; both raise the kinds of `SourceFailed`.

    Args:
        address: What to ask for, with the credentials to use.
        stretch: What of a recording to play (ONVIF Streaming Specification, 6); None for what is live, or for an
            address that says it itself.

    Attributes:
        phase: Where the conversation is.
        video: The format of the track chosen; None before DESCRIBE was answered.
        channels: Its channels; None before SETUP was answered.
        description: See there; None before DESCRIBE was answered.
        redirect: Where the server sends us, in phase `REDIRECTED`.
        session_timeout_s: After how long without a request the server gives up on us.
        played_range: Which range the server says that it plays; empty where it does not say.
    """

    def __init__(self, address: StreamAddress, stretch: Stretch | None = None) -> None:
        self._address = address
        self._stretch = stretch
        self._require = [("Require", REPLAY)] if stretch is not None else []
        self._url = address.without_credentials
        self._authenticator: Authenticator | None = None
        if address.username is not None:
            self._authenticator = Authenticator(Credentials(address.username, address.password or ""))
        self._signed = False
        self._let_in = False
        self._retried = False
        self._cseq = 0
        self._pending: tuple[str, str, list[tuple[str, str]]] = ("", "", [])
        self._session = ""
        self._methods: tuple[str, ...] = ()
        self._server = ""
        self._sdp: SessionDescription | None = None
        self._base = self._url
        self._track: MediaDescription | None = None
        self._urls: list[str] = []
        self._track_url = ""
        self._transport = 0
        self._ranged = True
        self._keep_alive_by_options = False
        self._steps: dict[Phase, Callable[[Response], bytes]] = {
            Phase.OPTIONS: self._optioned,
            Phase.DESCRIBE: self._described,
            Phase.SETUP: self._set_up,
            Phase.PLAY: self._played,
        }

        self.phase = Phase.OPTIONS
        self.video: VideoFormat | None = None
        self.channels: Channels | None = None
        self.description: SourceDescription | None = None
        self.redirect: StreamAddress | None = None
        self.session_timeout_s = _SESSION_TIMEOUT_S
        self.played_range = ""

    @property
    def shown_address(self) -> str:
        """The address for people and logs."""
        return self._address.redacted

    def start(self) -> bytes:
        """Return the first request."""
        return self._request("OPTIONS", self._url)

    def keep_alive(self) -> bytes:
        """Return a request that does nothing but show that we are here."""
        url = self._urls[0] if self._urls else self._url
        if "GET_PARAMETER" in self._methods and not self._keep_alive_by_options:
            return self._request("GET_PARAMETER", url)
        return self._request("OPTIONS", url)

    def teardown(self) -> bytes:
        """Return the farewell; empty where there is no session."""
        playing = bool(self._session) and self.phase is not Phase.CLOSED
        self.phase = Phase.CLOSED
        return self._request("TEARDOWN", self._urls[0] if self._urls else self._url) if playing else b""

    def receive(self, message: Message) -> bytes:
        """Take the next message and return what to send, perhaps nothing.

        Raises:
            SourceRefused: The credentials are missing or wrong.
            SourceUnsupported: No video that can be carried, or not over TCP.
            SourceFailed: The server cannot or will not play.
        """
        if isinstance(message, ServerRequest):
            return self._answer(message)
        # One request is under way at a time, and some cameras answer with a CSeq of their own making.
        if message.status < 200:
            return b""
        self._server = message.headers.get("server") or self._server
        if self.phase is Phase.PLAYING:
            return self._kept_alive(message)
        if message.status == 401:
            return self._authenticate(message)
        self._let_in, self._retried = self._let_in or self._signed, False
        if message.status in _REDIRECTS and self._redirected(message.headers.get("location")):
            return b""
        step = self._steps.get(self.phase)
        return step(message) if step else b""

    def _request(self, method: str, url: str, headers: list[tuple[str, str]] | None = None) -> bytes:
        headers = headers or []
        self._pending = (method, url, headers)
        self._cseq += 1
        fields = [("CSeq", str(self._cseq)), ("User-Agent", USER_AGENT)]
        if self._session:
            fields.append(("Session", self._session))
        authorisation = self._authenticator.header(method, url) if self._authenticator else None
        self._signed = bool(authorisation)
        if authorisation:
            fields.append(("Authorization", authorisation))
        return write_request(method, url, fields + headers)

    def _answer(self, request: ServerRequest) -> bytes:
        if request.method == "REDIRECT":
            self._redirected(request.headers.get("location"))
        elif request.method == "TEARDOWN":
            self.phase = Phase.CLOSED
            raise SourceFailed(f"{self._address.host} ended the session")
        known = ("OPTIONS", "ANNOUNCE", "REDIRECT", "GET_PARAMETER", "SET_PARAMETER")
        return write_answer(request, "200 OK" if request.method in known else "501 Not Implemented")

    def _authenticate(self, response: Response) -> bytes:
        host, authenticator = self._address.host, self._authenticator
        challenges = parse_challenges(response.headers.all("www-authenticate"))
        if authenticator is None:
            raise SourceRefused(f"{host} asks for a user and a password", "put them into the camera's address")
        used = authenticator.challenge
        if not authenticator.choose(challenges):
            raise SourceRefused(f"{host} asks for a way of signing in that is not known here")
        chosen = authenticator.challenge
        if used is not None and chosen is not None:
            renewed = chosen.nonce != used.nonce and (chosen.stale or self._let_in)
            if self._retried or not renewed:
                raise SourceRefused(f"{host} does not accept the user or the password", "correct the camera's address")
            self._retried = True
        return self._request(*self._pending)

    def _redirected(self, location: str) -> bool:
        location = location.strip()
        try:
            target = StreamAddress.parse(urljoin_rtsp(self._url, location)) if location else None
        except BadInput as error:
            raise SourceFailed(f"{self._address.host} sends us to an address that is none") from error
        if target is None:
            return False
        own, tls = self._address, "rtsps"
        if target.scheme not in ("rtsp", tls):
            raise SourceFailed(f"{own.host} sends us to {target.scheme}, which is not RTSP")
        # Credentials go on to the same host only, and never from TLS to plain text.
        if target.username is None and target.host == own.host and (target.scheme == tls or own.scheme != tls):
            target = replace(target, username=own.username, password=own.password)
        self.redirect = target
        self.phase = Phase.REDIRECTED
        return True

    def _optioned(self, response: Response) -> bytes:
        # Some cameras answer OPTIONS with an error and everything else well.
        if response.status == 200:
            names = ",".join(response.headers.all("public")).upper().split(",")
            self._methods = tuple(name.strip() for name in names if name.strip())[:32]
        self.phase = Phase.DESCRIBE
        return self._request("DESCRIBE", self._url, [("Accept", "application/sdp"), *self._require])

    def _described(self, response: Response) -> bytes:
        if response.status != 200:
            raise self._failure(response)
        try:
            sdp = self._sdp = parse_sdp(response.body)
        except BadSessionDescription as error:
            raise SourceUnsupported(f"{self._address.host} describes no media") from error
        self._base = base_url(response.headers, self._url)
        for media in sdp.media:
            video = video_format(media)
            if video is not None:
                self._track, self.video = media, video
                break
        else:
            raise _no_video(self._address.host, sdp)
        tracks = tuple(f"{media.kind} {_encoding(media)}/{media.clock_rate}" for media in sdp.media)
        self.description = SourceDescription(tracks, self.video.codec.value, self._server, self._methods)
        self._urls = track_urls(self._base, self._url, self._track)
        self.phase = Phase.SETUP
        return self._setup()

    def _setup(self) -> bytes:
        return self._request("SETUP", self._urls[0], [("Transport", _TRANSPORTS[self._transport]), *self._require])

    def _set_up(self, response: Response) -> bytes:
        if response.status == 461:
            self._transport += 1
            if self._transport == len(_TRANSPORTS):
                raise SourceUnsupported(f"{self._address.host} does not send video over TCP")
            return self._setup()
        if response.status != 200:
            if len(self._urls) == 1 or response.status in (403, 453, 503):
                raise self._failure(response)
            del self._urls[0]
            return self._setup()
        self.channels = self._agreed(response.headers.get("transport"))
        self._take_session(response.headers.get("session"))
        self._track_url = self._urls[0]
        if self._sdp is not None:
            self._urls = session_urls(self._base, self._url, self._sdp, self._track_url)
        self.phase = Phase.PLAY
        return self._play()

    def _agreed(self, transport: str) -> Channels:
        parameters = [part.strip().lower() for part in transport.partition(",")[0].split(";")]
        if parameters[0] in ("rtp/avp", "rtp/avp/udp"):
            raise SourceUnsupported(f"{self._address.host} answers with UDP where TCP was asked for")
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "interleaved":
                first, _, second = value.partition("-")
                if _is_channel(first):
                    return Channels(int(first), int(second) if _is_channel(second) else int(first) + 1)
        return Channels(0, 1)

    def _take_session(self, value: str) -> None:
        identity, *parameters = value.split(";")
        self._session = identity.strip()
        for parameter in parameters:
            name, _, seconds = parameter.partition("=")
            seconds = seconds.strip()
            if name.strip().lower() == "timeout" and seconds.isascii() and seconds.isdigit() and len(seconds) < 8:
                self.session_timeout_s = int(seconds) or _SESSION_TIMEOUT_S

    def _play(self) -> bytes:
        if self._stretch is not None:
            return self._request("PLAY", self._urls[0], self._stretch.headers())
        return self._request("PLAY", self._urls[0], [("Range", "npt=0.000-")] if self._ranged else [])

    def _played(self, response: Response) -> bytes:
        if response.status == 200:
            self.phase = Phase.PLAYING
            self.played_range = response.headers.get("range")
            return b""
        if response.status in (456, 457) and self._stretch is not None:
            raise SourceNothing(f"{self._address.host} has nothing of that time")
        if response.status in (456, 457) and self._ranged:
            self._ranged = False
        elif len(self._urls) > 1 and response.status not in (403, 453, 503):
            del self._urls[0]
        else:
            raise self._failure(response)
        return self._play()

    def _kept_alive(self, response: Response) -> bytes:
        method = self._pending[0]
        if response.status == 401 and self._authenticator is not None:
            # The nonce is too old. One more try at once; what is refused then is tried at the next turn.
            chosen = self._authenticator.choose(parse_challenges(response.headers.all("www-authenticate")))
            if chosen and not self._retried:
                self._retried = True
                return self._request(*self._pending)
        elif response.status == 454:
            raise self._failure(response)
        elif response.status >= 400 and method == "GET_PARAMETER":
            self._keep_alive_by_options = True
        self._retried = False
        return b""

    def _failure(self, response: Response) -> SourceFailed:
        why = _WHY.get(response.status, "refuses")
        said = f"{response.status} {response.reason[:60]}".strip()
        kind = SourceBusy if response.status in (453, 503) else SourceFailed
        return kind(f"{self._address.host} {why} ({self._pending[0]}: {said})")


def _is_channel(text: str) -> bool:
    text = text.strip()
    return text.isascii() and text.isdigit() and len(text) <= 3 and int(text) < 256


def _encoding(media: MediaDescription) -> str:
    return media.encoding or f"payload type {media.payload_type}"


def _no_video(host: str, sdp: SessionDescription) -> SourceUnsupported:
    videos = [_encoding(media) for media in sdp.media if media.kind == "video"]
    if videos:
        return SourceUnsupported(f"{host} sends video as {', '.join(videos)[:100]}", "set the camera to H.264 or H.265")
    kinds = ", ".join(media.kind for media in sdp.media)[:100]
    return SourceUnsupported(f"{host} has no video, only {kinds}")
