"""Shapes on a camera's view that change with time, and which pixels of a picture they cover at a moment.

Drawn by a person at some moments, or followed by a machine at many; between two moments a shape moves evenly from one
to the other. What is meant to be hidden is never shown where there is doubt: a shape whose corners cannot be matched
hides both where it was and where it will be, and shows only where it was.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from ronda.media.codec.masks import Area, Masks, all_but, drawn

Corners = tuple[tuple[float, float], ...]
Cover = Callable[[int, int, int], Area]
"""Returns which pixels of a picture are painted over: is given when it is shown (ticks), its width and its height."""


@dataclass(frozen=True, slots=True)
class MovingShape:
    """A shape and how it moves; there only from its start up to its end.

    Attributes:
        from_90k: When it is there first, in ticks of the pictures' own axis.
        to_90k: When it is not there any more.
        keys: At least one moment, in rising order, each with the corners at it; before the first and after the last
            the shape stands still.
    """

    from_90k: int
    to_90k: int
    keys: tuple[tuple[int, Corners], ...]

    def hidden_at(self, at_90k: int) -> Masks:
        """Return the shapes that hide it at a moment: none while it is not there, two where it cannot be followed."""
        if not self.from_90k <= at_90k < self.to_90k:
            return ()
        before, after, share = self._between(at_90k)
        if len(before) != len(after):
            return (before, after)
        return (_moved(before, after, share),)

    def shown_at(self, at_90k: int) -> Masks:
        """Return the shapes within which it may be seen at a moment."""
        if not self.from_90k <= at_90k < self.to_90k:
            return ()
        before, after, share = self._between(at_90k)
        return (before if len(before) != len(after) else _moved(before, after, share),)

    def _between(self, at_90k: int) -> tuple[Corners, Corners, float]:
        """Return the corners before a moment and after it, and how far between them it lies, 0..1."""
        number = bisect_right(self.keys, at_90k, key=lambda one: one[0])
        if number in (0, len(self.keys)):
            corners = self.keys[min(number, len(self.keys) - 1)][1]
            return corners, corners, 0.0
        (start, before), (end, after) = self.keys[number - 1 : number + 1]
        return (before, before, 0.0) if at_90k == start else (before, after, (at_90k - start) / (end - start))


@dataclass(frozen=True, slots=True)
class MovingMasks:
    """What is hidden and what is shown, of a stretch of footage.

    Attributes:
        hidden: Shapes that are painted over.
        shown: Where it is not None, everything outside these shapes is painted over too; empty hides all.
        always: Shapes that are painted over at every moment: the camera's own masks.
    """

    hidden: tuple[MovingShape, ...] = ()
    shown: tuple[MovingShape, ...] | None = None
    always: Masks = ()

    def shapes_at(self, at_90k: int) -> tuple[Masks, Masks | None]:
        """Return what is painted over at a moment, and outside of what (None: of nothing)."""
        hidden = [mask for shape in self.hidden for mask in shape.hidden_at(at_90k)]
        if self.shown is None:
            return (*self.always, *hidden), None
        return (*self.always, *hidden), tuple(mask for shape in self.shown for mask in shape.shown_at(at_90k))

    def cover(self) -> Cover:
        """Return what draws it, for one thread at a time: nothing is drawn anew while nothing moves."""
        last: tuple[tuple[Masks, Masks | None], int, int] | None = None
        area: Area | None = None

        def draw(at_90k: int, width: int, height: int) -> Area:
            nonlocal last, area
            wanted = (self.shapes_at(at_90k), width, height)
            if area is None or wanted != last:
                hidden, shown = wanted[0]
                area = drawn(hidden, width, height)
                if shown is not None:
                    area |= all_but(shown, width, height)
                last = wanted
            return area

        return draw


def _moved(before: Corners, after: Corners, share: float) -> Corners:
    return tuple(
        (x + (to_x - x) * share, y + (to_y - y) * share) for (x, y), (to_x, to_y) in zip(before, after, strict=True)
    )
