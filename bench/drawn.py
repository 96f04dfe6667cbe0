"""Prints what analytics make of drawn scenes, in the short form: `python -m bench.drawn`, about six minutes.

Counting in each light and weather, parking, and false alarms of four quiet hours. The long forms: `python -m
bench.accuracy drawn builtin --scenes` (20 seeds), `bench.accuracy.parking` (20 seeds), `bench.accuracy.quiet` (24
hours). The truth is the scene's own, and only these benches read it.
"""

from bench.accuracy import parking, quiet
from bench.accuracy.conditions import Condition
from bench.accuracy.scenes import measure_scenes

_HOURS = (1, 6, 12, 20)
"""A yard in infrared, a crossing in the rain, a road at noon and under street lamps."""


def main() -> None:
    """Measure."""
    for eye in ("drawn", "builtin"):
        measure_scenes(eye, len(Condition))
    parking.measure("drawn", range(2))
    quiet.measure("builtin", _HOURS, minutes=2)


if __name__ == "__main__":
    main()
