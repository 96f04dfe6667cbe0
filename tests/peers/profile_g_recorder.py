"""A recorder with an archive: ONVIF Profile G and RTSP replay, written from the specifications and nothing of ours.

Recording Search, Replay Control and Streaming (section 6) specifications; RFC 2326 for `Range: clock=`. It also knows
the playback addresses of two makers, whose moments are local time. What real ones get wrong is a field each.
"""

import asyncio
import base64
import contextlib
import re
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from xml.sax.saxutils import escape

from tests.media.pictures import Film, encode, encoding
from tests.peers.onvif_device import PASSWORD, USER, OnvifDevice

HZ = 90_000
FILM = Film(width=160, height=96, gop=25, pictures=100, bitrate=60_000)
_NTP_S = 2_208_988_800
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class ArchiveRecorder(OnvifDevice):
    """A recorder with one recording for each channel.

    Attributes:
        spans: Where it has footage, by its own clock, in 90 kHz ticks since 1970.
        stamped: Whether pictures carry 0xABAC; `ranged`: whether PLAY's answer tells where it begins.
        lists_holes: Whether it knows the events of RecordingHistory/Track/State.
        profile_g: Whether it offers its archive over ONVIF at all.
        cuts_s: After so many seconds of footage the connection breaks, once for each.
        ends: How a replay ends: `bye` (RTCP), `close` or `silence`.
        zone: The zone on its wall, for the makers' addresses.
        asked: What PLAY was asked for, or the makers' address.
        sent: How many pictures were sent.
    """

    spans: list[tuple[int, int]] = field(default_factory=list)
    stamped: bool = True
    ranged: bool = True
    lists_holes: bool = True
    profile_g: bool = True
    cuts_s: list[float] = field(default_factory=list)
    ends: str = "bye"
    zone: tzinfo = UTC
    asked: list[str] = field(default_factory=list)
    sent: int = 0
    rtsp_port: int = 0

    @property
    def live(self) -> str:
        """The live address of the first channel."""
        return f"rtsp://{USER}:{PASSWORD.replace('@', '%40')}@127.0.0.1:{self.rtsp_port}/live/1"

    @contextlib.asynccontextmanager
    async def recording(self) -> AsyncIterator["ArchiveRecorder"]:
        """Serve both while the context is open."""
        encode(FILM)  # now, and not while the loop runs
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.rtsp_port = server.sockets[0].getsockname()[1]
        self.rtsp = f"rtsp://127.0.0.1:{self.rtsp_port}/live/{{channel}}"
        try:
            async with self.running():
                yield self
        finally:
            server.close()

    # ONVIF

    def _services(self) -> str:
        more = {"ver10/search": "search", "ver10/replay": "replay"} if self.profile_g else {}
        return super()._services() + "".join(
            f"<tds:Service><tds:Namespace>http://www.onvif.org/{namespace}/wsdl</tds:Namespace><tds:XAddr>"
            f"{self._url(name)}</tds:XAddr></tds:Service>"
            for namespace, name in more.items()
        )

    def _body(self, service: str, operation: str, text: str) -> str:
        if service == "search" and operation in ("FindRecordings", "EndSearch"):
            token = "<SearchToken>s-recordings</SearchToken>" if operation == "FindRecordings" else ""
            return _answer("search", operation, token)
        if service == "search" and operation == "FindEvents" and self.lists_holes:
            return _answer("search", operation, "<SearchToken>s-events</SearchToken>")
        if service == "search" and operation == "GetRecordingSearchResults":
            return _answer("search", operation, f"<ResultList>{_COMPLETED}{self._recordings()}</ResultList>")
        if service == "search" and operation == "GetEventSearchResults":
            return _answer("search", operation, f"<ResultList>{_COMPLETED}{self._states()}</ResultList>")
        if service == "replay" and operation == "GetReplayUri":
            return _answer("replay", operation, f"<Uri>rtsp://127.0.0.1:{self.rtsp_port}/replay/1</Uri>")
        return super()._body(service, operation, text)

    def _recordings(self) -> str:
        if not self.spans:
            return ""
        first, last = _xml(self.spans[0][0]), _xml(self.spans[-1][1])
        return "".join(
            f"<tt:RecordingInformation><tt:RecordingToken>R{channel}</tt:RecordingToken><tt:Source><tt:SourceId>"
            f"s{channel}</tt:SourceId><tt:Name>x</tt:Name></tt:Source><tt:EarliestRecording>{first}"
            f"</tt:EarliestRecording><tt:LatestRecording>{last}</tt:LatestRecording><tt:Track><tt:TrackToken>VIDEO001"
            f"</tt:TrackToken><tt:TrackType>Video</tt:TrackType><tt:DataFrom>{first}</tt:DataFrom><tt:DataTo>{last}"
            "</tt:DataTo></tt:Track><tt:RecordingStatus>Recording</tt:RecordingStatus></tt:RecordingInformation>"
            for channel in range(1, self.channels + 1)
        )

    def _states(self) -> str:
        events = [(at, present) for span in self.spans for at, present in zip(span, (True, False), strict=True)]
        return "".join(
            f"<tt:Result><tt:RecordingToken>R1</tt:RecordingToken><tt:TrackToken>VIDEO001</tt:TrackToken><tt:Time>"
            f"{_xml(at)}</tt:Time><tt:Event><tt:Message><tt:Data><tt:SimpleItem Name=\"IsDataPresent\" "
            f"Value=\"{str(present).lower()}\"/></tt:Data></tt:Message></tt:Event><tt:StartStateEvent>false"
            "</tt:StartStateEvent></tt:Result>"
            for at, present in events
        )  # fmt: skip

    # RTSP

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # noqa: C901 - RTSP
        playing: asyncio.Task[None] | None = None
        expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                method, url, _ = head.split("\r\n")[0].split(" ")
                headers = dict(re.findall(r"(?m)^([\w-]+):\s*(.*?)\r?$", head))
                extra, body = "", b""
                status = "200 OK"
                if method != "OPTIONS" and headers.get("Authorization") != expected:
                    status, extra = "401 Unauthorized", 'WWW-Authenticate: Basic realm="recorder"\r\n'
                    self.refused += "Authorization" in headers
                elif method == "DESCRIBE" and "/live/" in url:
                    status = "404 Not Found"  # it only keeps
                elif method == "DESCRIBE":
                    body = _sdp()
                    extra = f"Content-Type: application/sdp\r\nContent-Base: {url}\r\nContent-Length: {len(body)}\r\n"
                elif method == "SETUP":
                    extra = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"
                elif method == "PLAY":
                    begin, end = self._wanted(url, headers)
                    pictures = self._pictures(begin, end)
                    if not pictures:
                        status = "457 Invalid Range"
                    elif self.ranged and "clock" in headers.get("Range", ""):
                        extra = f"Range: clock={_clock(pictures[0][0])}-\r\n"
                writer.write(
                    f"RTSP/1.0 {status}\r\nCSeq: {headers['CSeq']}\r\nSession: 77\r\n{extra}\r\n".encode() + body
                )
                if method == "PLAY" and status == "200 OK":
                    playing = asyncio.ensure_future(self._play(writer, pictures))
                if method == "TEARDOWN":
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if playing is not None:
                playing.cancel()
            writer.close()

    def _wanted(self, url: str, headers: dict[str, str]) -> tuple[int, int]:
        if (hikvision := re.search(r"tracks/101\?starttime=(\w+)Z&endtime=(\w+)Z", url)) is not None:
            self.asked.append(url.partition("127.0.0.1")[2].partition("/")[2])
            first, last = (datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=self.zone)
                           for text in hikvision.groups())  # fmt: skip
            return _ticks(first), _ticks(last)
        if (dahua := re.search(r"playback\?channel=1&starttime=(\w+)&endtime=(\w+)", url)) is not None:
            self.asked.append(url.partition("127.0.0.1")[2].partition("/")[2])
            first, last = (datetime.strptime(text, "%Y_%m_%d_%H_%M_%S").replace(tzinfo=self.zone)
                           for text in dahua.groups())  # fmt: skip
            return _ticks(first), _ticks(last)
        assert headers["Require"] == "onvif-replay"
        self.asked.append(headers["Range"])
        found = re.fullmatch(r"clock=([\dT.]+Z)-([\dT.]+Z)", headers["Range"])
        assert found is not None
        assert headers["Rate-Control"] == "no"
        begin, end = (_ticks(datetime.strptime(text, "%Y%m%dT%H%M%S.%f%z")) for text in found.groups())
        return begin, end

    def _pictures(self, begin: int, end: int) -> list[tuple[int, int, bool]]:
        """Return (moment, number in the film, whether time jumped before it), from the keyframe at or before."""
        tick, gop = HZ // FILM.fps, FILM.gop
        found: list[tuple[int, int, bool]] = []
        for first, last in self.spans:
            if first >= end or last <= begin:
                continue
            start = max(0, (begin - first) // tick) // gop * gop
            numbers = range(start, (min(last, end) - first) // tick)
            found += [(first + number * tick, number % FILM.pictures, number == numbers[0]) for number in numbers]
        return found

    async def _play(self, writer: asyncio.StreamWriter, pictures: list[tuple[int, int, bool]]) -> None:
        film, sets = encode(FILM), encoding(FILM).parameter_sets
        cut = self.cuts_s.pop(0) if self.cuts_s else None
        sequence = 500
        for count, (at, number, jumped) in enumerate(pictures):
            if cut is not None and count >= cut * FILM.fps:
                writer.close()
                return
            unit = film[number]
            nals = [*(sets if unit.keyframe else ()), *_nals(unit.data)]
            for index, nal in enumerate(nals):
                extension = _extension(at, unit.keyframe, jumped) if self.stamped and index == 0 else b""
                first = 0x90 if extension else 0x80
                last = index == len(nals) - 1
                head = struct.pack(">BBHII", first, 96 | (0x80 if last else 0), sequence & 0xFFFF, at & 0xFFFFFFFF, 9)
                packet = head + extension + nal
                writer.write(struct.pack(">BBH", 0x24, 0, len(packet)) + packet)
                sequence += 1
            self.sent += 1
            await writer.drain()
        if self.ends == "bye":
            bye = struct.pack(">BBHIBBHI", 0x80, 201, 1, 9, 0x81, 203, 1, 9)
            writer.write(struct.pack(">BBH", 0x24, 1, len(bye)) + bye)
        elif self.ends == "close":
            writer.close()


_COMPLETED = "<tt:SearchState>Completed</tt:SearchState>"


def _answer(service: str, operation: str, content: str) -> str:
    namespace = f"http://www.onvif.org/ver10/{service}/wsdl"
    return f'<{operation}Response xmlns="{namespace}">{content}</{operation}Response>'


def _sdp() -> bytes:
    sets = ",".join(base64.b64encode(one).decode() for one in encoding(FILM).parameter_sets)
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=replay", "t=0 0", "m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000",
             f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={sets}", "a=control:track1",
             "a=x-onvif-track:VIDEO001"]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n").encode()


def _extension(at: int, clean: bool, jumped: bool) -> bytes:
    seconds, ticks = divmod(at, HZ)
    flags = (0x80 if clean else 0) | (0x20 if jumped else 0)
    return struct.pack(">HHIIBBH", 0xABAC, 3, seconds + _NTP_S, (ticks << 32) // HZ, flags, 0, 0)


def _nals(data: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def _moment(at: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at * 100 // 9)


def _ticks(moment: datetime) -> int:
    return round((moment - _EPOCH).total_seconds() * 1000) * 90


def _xml(at: int) -> str:
    return escape(f"{_moment(at):%Y-%m-%dT%H:%M:%S}.{_moment(at).microsecond // 1000:03}Z")


def _clock(at: int) -> str:
    return f"{_moment(at):%Y%m%dT%H%M%S}.{_moment(at).microsecond // 1000:03}Z"
