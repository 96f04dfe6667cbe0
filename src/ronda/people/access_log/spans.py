"""Numbers of entries, gathered into spans so that a thousand in a row are told in one sentence."""


class Spans:
    """Spans of numbers, added in rising order."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []

    def __bool__(self) -> bool:
        return bool(self._spans)

    @property
    def first(self) -> int:
        """The smallest number; there must be one."""
        return self._spans[0][0]

    def add(self, start: int, end: int) -> None:
        """Add the numbers from `start` up to, not including, `end`."""
        if self._spans and self._spans[-1][1] == start:
            self._spans[-1] = (self._spans[-1][0], end)
        else:
            self._spans.append((start, end))

    def told(self, one: str, several: str) -> list[str]:
        """Return a sentence for each span: `entry 5 ONE` or `entries 5 to 9 SEVERAL`."""
        return [
            f"entry {start} {one}" if end - start == 1 else f"entries {start} to {end - 1} {several}"
            for start, end in self._spans
        ]
