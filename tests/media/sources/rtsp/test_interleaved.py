"""The byte stream of an RTSP connection, cut anywhere and spoiled anyhow."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.media.pictures import encode, encoding
from tests.media.rtp.camera import framed, packets, rtp
from tests.media.sources.rtsp.faulty_camera import FILM, film_frames

from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.rtp.receiver import VideoReceiver
from ronda.media.rtp.video_format import VideoFormat
from ronda.media.sources.contract import SourceCounters
from ronda.media.sources.rtsp.client import Channels
from ronda.media.sources.rtsp.interleaved import BUFFER_BYTES, InterleavedReader
from ronda.media.sources.rtsp.message import BadRtsp, Message, Response

FRAMES = film_frames()
ANSWER = b"RTSP/1.0 200 OK\r\nCSeq: 5\r\nContent-Length: 3\r\n\r\na$b"


class Wire:
    """A reader as a connection drives it."""

    def __init__(self, *, playing: bool = True) -> None:
        self.messages: list[Message] = []
        self.controls: list[bytes] = []
        self.units: list[AccessUnit] = []
        self.counters = SourceCounters()
        self.reader = InterleavedReader(self.messages.append, lambda p: self.controls.append(bytes(p)), self.counters)
        if playing:
            video = VideoFormat(Codec.H264, 96, parameter_sets=encoding(FILM).parameter_sets)
            self.reader.attach(VideoReceiver(video, self.units.append, self.counters), Channels(0, 1))
        self.buffer = memoryview(bytearray(BUFFER_BYTES))
        self.rest = b""

    def read(self, data: bytes) -> None:
        while data:
            room = BUFFER_BYTES - len(self.rest)
            assert room > 0, "what is kept must leave room to read on"
            piece, data = data[:room], data[room:]
            end = len(self.rest) + len(piece)
            self.buffer[:end] = self.rest + piece
            taken = self.reader.feed(self.buffer, end)
            assert 0 <= taken <= end
            self.rest = bytes(self.buffer[taken:end])


@settings(max_examples=40)
@given(st.integers(1, 5000), st.integers(0, 1 << 30))
def test_cut_anywhere_it_is_the_same(most: int, seed: int) -> None:
    chance, wire = random.Random(seed), Wire()
    stream = ANSWER + b"".join(
        frame + (b"\x24\x01\x00\x04\x80\xc9\0\0" + ANSWER if number % 9 == 0 else b"")
        for number, frame in enumerate(FRAMES)
    )
    while stream:
        size = chance.randint(1, most)
        wire.read(stream[:size])
        stream = stream[size:]
    assert [unit.data for unit in wire.units] == [unit.data for unit in encode(FILM)]
    assert wire.counters.bad_packets == 0
    assert len(wire.messages) == len(wire.controls) + 1
    assert all(isinstance(message, Response) and message.body == b"a$b" for message in wire.messages)


@given(st.lists(st.binary(max_size=3000), max_size=8), st.integers(0, 10))
def test_garbage_between_raises_nothing_and_the_film_goes_on(garbage: list[bytes], at: int) -> None:
    wire = Wire()
    wire.read(ANSWER)
    for number, frame in enumerate(FRAMES):
        wire.read(frame)
        if number == at:
            wire.read(b"".join(garbage))
    # However long a bogus header claims to be, pictures come again behind it.
    film = encode(FILM)
    for turn in range(1, 13):
        again = packets(film, Codec.H264, offset=turn * 120_000, sequence=turn * len(FRAMES))
        wire.read(b"".join(framed(rtp(p.payload, p.sequence, p.timestamp, marker=p.marker)) for p in again))
    assert wire.units[-1].data == film[-1].data
    assert len(wire.rest) < BUFFER_BYTES // 2


@given(st.binary(max_size=4000))
def test_a_server_that_talks_nonsense_is_told_off(data: bytes) -> None:
    wire = Wire(playing=False)
    try:
        wire.read(data)
    except BadRtsp:
        return


@pytest.mark.parametrize(
    "data",
    [
        b"RTSP/1.0 banana\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"RTSP/1.0 200 OK\r\n" + b"X: y\r\n" * 5000,
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.0 400 Bad Request\r\n\r\n",
    ],
)
def test_in_the_handshake_nonsense_ends_it(data: bytes) -> None:
    with pytest.raises(BadRtsp):
        Wire(playing=False).read(data)


def test_an_answer_that_never_ends_does_not_pile_up_while_playing() -> None:
    wire = Wire()
    wire.read(b"RTSP/1.0 200 OK\r\nX: " + b"y" * 20_000)
    wire.read(b"".join(FRAMES))
    assert len(wire.units) == 30
