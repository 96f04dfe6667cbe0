"""Reading bits out of a raw byte sequence payload (ITU-T H.264 7.2 and 9.1, H.265 the same)."""

from typing import Final

from ronda.media.parameter_sets.errors import BadParameterSets

# No parameter set of a camera comes near this; the rest of a longer one is never looked at.
_LONGEST_BYTES: Final = 2048


class BitReader:
    """Reads a NAL unit's payload bit by bit, emulation prevention removed.

    Every method raises `BadParameterSets` when the payload ends first.
    """

    __slots__ = ("_at", "_bits", "_value")

    def __init__(self, payload: bytes) -> None:
        rbsp = payload[:_LONGEST_BYTES].replace(b"\x00\x00\x03", b"\x00\x00")
        self._value = int.from_bytes(rbsp, "big")
        self._bits = len(rbsp) * 8
        self._at = 0

    def u(self, count: int) -> int:
        """Return the next `count` bits as an unsigned number."""
        end = self._at + count
        if end > self._bits:
            raise BadParameterSets("a parameter set ends too early")
        self._at = end
        return (self._value >> (self._bits - end)) & ((1 << count) - 1)

    def flag(self) -> bool:
        """Return the next bit."""
        return self.u(1) == 1

    def skip(self, count: int) -> None:
        """Pass over `count` bits."""
        self.u(count)

    def ue(self, largest: int = 0xFFFF_FFFE) -> int:
        """Return the next Exp-Golomb number; one above `largest` is not accepted."""
        zeros = 0
        while not self.u(1):
            zeros += 1
            if zeros > 32:
                raise BadParameterSets("a parameter set holds a number that is too large")
        number = (1 << zeros) - 1 + self.u(zeros)
        if number > largest:
            raise BadParameterSets(f"a parameter set holds {number} where at most {largest} is allowed")
        return number

    def se(self) -> int:
        """Return the next signed Exp-Golomb number."""
        number = self.ue()
        return (number + 1) // 2 if number % 2 else -(number // 2)
