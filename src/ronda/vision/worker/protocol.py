"""How messages travel: a prefix with two lengths, a header in JSON, a payload of bytes as it is. Sans-I/O.

Both lengths are bounded, so that a broken peer cannot make the other side hold what it cannot hold.
"""

import struct
from collections.abc import Iterator
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from ronda.base.errors import RondaError
from ronda.vision.worker.messages import FromWorker, Told, ToWorker

_PREFIX: Final = struct.Struct(">4sII")
_MAGIC: Final = b"RVW1"
MOST_HEADER: Final = 1 << 20
"""The longest header, in bytes: a thousand boxes take a tenth of it."""
MOST_PAYLOAD: Final = 16 << 20
"""The longest payload, in bytes: no camera's picture is as large."""

M = TypeVar("M")


class BadMessage(RondaError):
    """The other side sent what is no message; nothing that follows can be understood."""


def packed(message: Told, payload: bytes = b"") -> tuple[bytes, bytes]:
    """Return a message as it travels: prefix and header, and the payload untouched.

    Raises:
        BadMessage: It is longer than the other side would take.
    """
    header = message.model_dump_json(exclude_defaults=False).encode()
    if len(header) > MOST_HEADER or len(payload) > MOST_PAYLOAD:
        raise BadMessage(f"a message of {len(header)} and {len(payload)} bytes is too long")
    return _PREFIX.pack(_MAGIC, len(header), len(payload)) + header, payload


class Unpacker(Generic[M]):
    """Takes bytes as they come and gives whole messages back.

    Args:
        adapter: The messages that may come.
    """

    def __init__(self, adapter: TypeAdapter[M]) -> None:
        self._adapter = adapter
        self._buffer = bytearray()

    @property
    def held(self) -> int:
        """How many bytes wait for the rest of their message."""
        return len(self._buffer)

    def feed(self, data: bytes) -> Iterator[tuple[M, bytes]]:
        """Take bytes; yield each message that is complete, and its payload.

        Raises:
            BadMessage: This is no message, or one too long.
        """
        self._buffer += data
        at = 0
        try:
            while (end := self._end(at)) is not None:
                _, header, payload = _PREFIX.unpack_from(self._buffer, at)
                start = at + _PREFIX.size
                text = bytes(self._buffer[start : start + header])
                body = bytes(self._buffer[start + header : start + header + payload])
                at = end
                yield self._read(text), body
        finally:
            del self._buffer[:at]

    def _end(self, at: int) -> int | None:
        """Return where the message that begins at `at` ends; None while it is not whole."""
        if len(self._buffer) - at < _PREFIX.size:
            return None
        magic, header, payload = _PREFIX.unpack_from(self._buffer, at)
        if magic != _MAGIC:
            raise BadMessage("what comes is no message of a vision worker of this version")
        if header > MOST_HEADER or payload > MOST_PAYLOAD:
            raise BadMessage(f"a message of {header} and {payload} bytes is too long")
        end = at + _PREFIX.size + int(header) + int(payload)
        return end if len(self._buffer) >= end else None

    def _read(self, text: bytes) -> M:
        try:
            return self._adapter.validate_json(text)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise BadMessage(f"a message is not understood: {where}: {first['msg']}") from error


_TO_WORKER: Final[TypeAdapter[Any]] = TypeAdapter(ToWorker)
_FROM_WORKER: Final[TypeAdapter[Any]] = TypeAdapter(FromWorker)


def to_worker() -> Unpacker[ToWorker]:
    """Return what reads the node's messages."""
    return Unpacker(_TO_WORKER)


def from_worker() -> Unpacker[FromWorker]:
    """Return what reads a worker's messages."""
    return Unpacker(_FROM_WORKER)
