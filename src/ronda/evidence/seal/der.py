"""As much DER (ITU-T X.690) as time stamps need: values made, values found by their place, a set put in order."""

from collections.abc import Iterator
from typing import NamedTuple


class Value(NamedTuple):
    """One value: its tag, and where it begins, its content begins and it ends."""

    tag: int
    start: int
    content: int
    end: int


def value(tag: int, content: bytes) -> bytes:
    """Return a value of less than 128 bytes."""
    return bytes((tag, len(content))) + content


def children(data: bytes, start: int, end: int) -> Iterator[Value]:
    """Yield the values in `data[start:end]`.

    Raises:
        ValueError: They do not fill it.
    """
    while start < end:
        if start + 2 > end:
            raise ValueError("a value is cut")
        content, length = start + 2, data[start + 1]
        if length & 0x80:
            width = length & 0x7F
            if not 0 < width <= 4:
                raise ValueError("a length of another kind")
            length = int.from_bytes(data[content : content + width], "big")
            content += width
        if content + length > end:
            raise ValueError("a value is longer than what holds it")
        yield Value(data[start], start, content, content + length)
        start = content + length


def sorted_certificates(reply: bytes) -> bytes:
    """Return a TimeStampResp whose set of certificates is in DER's order (X.690, 11.6), which many servers do not keep.

    The set is not signed, so this changes nothing that counts.

    Raises:
        ValueError: It is no such answer.
    """
    at = Value(0, 0, 0, len(reply))
    for place in (0, 1, 1, 0):  # TimeStampResp; its timeStampToken; ContentInfo's content; its SignedData
        at = list(children(reply, at.content, at.end))[place]
    for one in children(reply, at.content, at.end):
        if one.tag == 0xA0:
            held = sorted(reply[each.start : each.end] for each in children(reply, one.content, one.end))
            return reply[: one.content] + b"".join(held) + reply[one.end :]
    return reply
