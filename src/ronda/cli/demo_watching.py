"""What some of the demonstration's cameras are looked at for: lines drawn where streets and staffs lie on the picture.

They are drawn as a person draws them, by hand and once; what passes them is counted from the pictures alone. Two
cameras are counted and the others watched, so that a laptop of two cores has something left.
"""

from typing import Any, Final


def _line(name: str, start: tuple[float, float], end: tuple[float, float], near: str, far: str) -> dict[str, Any]:
    return {"name": name, "start": list(start), "end": list(end), "forward": near, "backward": far}


def _counted(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"tier": "count", "eye": "builtin", "lines": list(lines), "counting": [{}]}


def _watched(name: str, *points: tuple[float, float]) -> dict[str, Any]:
    return {"tier": "watch", "eye": "builtin", "zones": [{"name": name, "points": [list(one) for one in points]}]}


def _read(name: str, low: tuple[float, float], high: tuple[float, float], *siaga_cm: float) -> dict[str, Any]:
    """Return the document of a camera that looks at a staff of 460 cm."""
    staff = {"name": name, "start": list(low), "end": list(high)}
    rule = {"staff": name, "start_cm": 0, "end_cm": 460, "middle_cm": 240, "siaga_cm": list(siaga_cm)}
    return {"tier": "watch", "eye": "builtin", "lines": [staff], "flood": [rule]}


WATCHING: Final[dict[str, dict[str, Any]]] = {
    "simpang-lima-1": _counted(
        _line("Simpang Lima utara", (0.492, 0.791), (0.871, 0.558), "ke selatan", "ke utara"),
    ),
    "krapyak-rt03-rw04-1": _counted(
        _line("gang masuk", (0.389, 0.638), (0.623, 0.611), "masuk", "keluar"),
    ),
    "krapyak-rt03-rw04-2": _watched("pos ronda", (0.30, 0.92), (0.44, 0.55), (0.60, 0.54), (0.86, 0.86)),
    "krapyak-rt03-rw04-3": _watched("mulut gang", (0.28, 0.94), (0.40, 0.56), (0.57, 0.55), (0.80, 0.88)),
    "jalan-pemuda-1": _watched("jalur dekat", (0.10, 0.95), (0.42, 0.44), (0.55, 0.43), (0.62, 0.70)),
    "tugu-muda-1": _watched("bundaran", (0.52, 0.80), (0.60, 0.55), (0.90, 0.55), (0.97, 0.70)),
    "pasar-johar-1": _watched("lorong utara", (0.20, 0.95), (0.40, 0.50), (0.60, 0.50), (0.80, 0.95)),
    "kota-lama-1": _watched("Jalan Letjen Suprapto", (0.25, 0.95), (0.40, 0.58), (0.56, 0.57), (0.78, 0.90)),
    "banjir-kanal-barat-1": _read("papan duga Simongan", (0.512, 0.834), (0.515, 0.570), 150, 220, 300),
    "banjir-kanal-timur-1": _read("papan duga Kaligawe", (0.475, 0.848), (0.472, 0.598), 90, 160, 240),
}
"""Documents by camera id; see `docs/analytics.md`."""
