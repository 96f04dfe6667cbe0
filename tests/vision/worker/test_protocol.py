"""Messages between node and worker: whole, in pieces, too long, and no messages at all."""

import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronda.base.errors import RondaError
from ronda.vision.worker.messages import Hello, Numbers, Ping, Pong, Stop, Tier, UnitTold, WatchCamera
from ronda.vision.worker.protocol import MOST_HEADER, MOST_PAYLOAD, BadMessage, from_worker, packed, to_worker

SENT = [
    (Hello(models="/models", hardware="cuda"), b""),
    (WatchCamera(camera="a", tier=Tier.COUNT, eye="builtin", rate=5, document={"lines": [{"name": "ä"}]}), b""),
    (UnitTold(camera="a", at_90k=1 << 50, dts_90k=3, keyframe=True), b"\x00\x01" * 5000),
    (Ping(number=7), b""),
    (Stop(), b"x"),
]
WIRE = b"".join(part for message, payload in SENT for part in packed(message, payload))


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=30))
def test_messages_come_whole_however_the_bytes_are_cut(sizes: list[int]) -> None:
    unpacker, found, at, number = to_worker(), [], 0, 0
    while at < len(WIRE):
        size = sizes[number % len(sizes)]
        found += list(unpacker.feed(WIRE[at : at + size]))
        at, number = at + size, number + 1
    assert found == SENT
    assert unpacker.held == 0


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_lengths_beyond_the_bounds_are_refused_before_anything_is_held(header: int, payload: int) -> None:
    unpacker = to_worker()
    prefix = struct.pack(">4sII", b"RVW1", header, payload)
    if header > MOST_HEADER or payload > MOST_PAYLOAD:
        with pytest.raises(BadMessage, match="too long"):
            list(unpacker.feed(prefix))
    elif header > 0:
        assert list(unpacker.feed(prefix)) == []
        assert unpacker.held == len(prefix)


@given(st.binary(max_size=300))
def test_garbage_is_refused_with_an_error_of_ours(data: bytes) -> None:
    unpacker = to_worker()
    try:
        for _ in unpacker.feed(data):
            pass
    except RondaError:
        return
    assert unpacker.held == len(data) < 12


def test_flipped_bits_never_do_worse_than_an_error_of_ours() -> None:
    chance = random.Random(7)
    for _ in range(300):
        wire = bytearray(WIRE)
        for _ in range(chance.randrange(1, 6)):
            wire[chance.randrange(len(wire))] ^= 1 << chance.randrange(8)
        try:
            for message, payload in to_worker().feed(bytes(wire)):
                assert len(payload) <= MOST_PAYLOAD, message
        except BadMessage:
            pass


def test_a_message_of_the_other_direction_or_with_more_in_it_is_not_understood() -> None:
    with pytest.raises(BadMessage, match="not understood"):
        list(to_worker().feed(b"".join(packed(Pong(number=1, numbers=Numbers())))))
    header = b'{"kind":"ping","number":1,"extra":2}'
    with pytest.raises(BadMessage, match="extra"):
        list(to_worker().feed(struct.pack(">4sII", b"RVW1", len(header), 0) + header))
    assert list(from_worker().feed(b"".join(packed(Pong(number=1, numbers=Numbers())))))


def test_what_is_too_long_is_not_sent() -> None:
    with pytest.raises(BadMessage):
        packed(Stop(), b"\x00" * (MOST_PAYLOAD + 1))
