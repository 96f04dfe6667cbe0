"""Clocks and names that cameras burn in: read, and judged."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.vision.own_eyes.street import Street, Swept

from ronda.base.time import HZ_90K
from ronda.simulate.scenes.sensor import letter
from ronda.vision.analytics.contract import Turn
from ronda.vision.own_eyes.clock import shown_clock, wrong_clock
from ronda.vision.own_eyes.lettering import Reader
from ronda.vision.own_eyes.letters import DAILY_90K, Lettering, due, places, take
from ronda.vision.own_eyes.name import likeness, wrong_name
from ronda.vision.own_eyes.outcome import Key
from ronda.vision.picture import Rgb

ZONE = ZoneInfo("Asia/Jakarta")
AT = int(datetime(2026, 11, 5, 20, 14, 15, tzinfo=UTC).timestamp()) * HZ_90K
"""03:14:15 on the 6th of November, in the city."""


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2026-11-06 03:14:15", "YMD"),
        ("2026-11-0603:14:15", "YMD"),
        ("06-11-2026 Fri 03:14:15", "DMY"),
        ("11/06/2026 03:14:15 AM", "MDY"),
        ("06.11.2026  03.14.15", "DMY"),
        ("CAM 2 2026/11/06 Jumat 03:14:15", "YMD"),
        ("06-11-202603:14:15", "DMY"),
    ],
)
def test_clocks_of_many_makes_are_read(text: str, order: str) -> None:
    shown = shown_clock(text, AT, ZONE)
    assert shown is not None
    assert (shown.offset_s, shown.order) == (0, order)
    assert wrong_clock(shown).wrong is False


@pytest.mark.parametrize("text", ["", "KEL. KRAPYAK 03", "99-99-9999 99:99:99", "12:30:15", "2026-13-40 03:14:15"])
def test_what_is_no_clock_is_none(text: str) -> None:
    assert shown_clock(text, AT, ZONE) is None
    assert wrong_clock(None).wrong is None


def test_a_wrong_clock_tells_by_how_much_and_a_zone_that_explains_it() -> None:
    late = wrong_clock(shown_clock("2026-11-06 03:12:15", AT, ZONE))
    assert (late.wrong, late.value) == (True, -120)
    assert "zone_h" not in late.detail
    utc = wrong_clock(shown_clock("2026-11-05 20:14:15", AT, ZONE))
    assert (utc.wrong, utc.detail["zone_h"]) == (True, -7)
    old = wrong_clock(shown_clock("2000-01-01 00:00:07", AT, ZONE))
    assert old.wrong
    swapped = shown_clock("06-11-2026 03:14:15", AT, ZONE, "DMY")
    assert swapped is not None
    assert swapped.offset_s == 0


def test_a_lettering_of_another_camera_of_the_recorder_is_wrong() -> None:
    others = {"krapyak-2": "Krapyak RT 03 pos ronda", "krapyak-3": "Krapyak RT 03 gang utara"}
    name = "Krapyak RT 03 gang selatan"
    assert wrong_name("KRAPYAK RT03 GANG SELATAN", "", name, others).wrong is False
    swapped = wrong_name("KRAPYAK RT 03 POS RONDA", "", name, others)
    assert (swapped.wrong, swapped.detail["looks_like"]) == (True, "krapyak-2")
    assert wrong_name("Camera 01", "", name, others).wrong is False
    assert wrong_name("PASAR JOHAR 4", "KRAPYAK GG SELATAN", name, others).detail["was"] == "KRAPYAK GG SELATAN"
    assert wrong_name("x", "", name, others).wrong is None
    assert likeness("SIMPANG LIMA 2", "Simpang Lima 2") > 95 > likeness("SIMPANG LIMA 2", "Simpang Lima 3") + 20


def test_a_reading_is_due_once_a_day_at_the_places_that_are_known() -> None:
    known: Lettering = {}
    lines = [("2026-11-06 03:14:15", 0.99, (0.01, 0.02, 0.3, 0.07)), ("POS RONDA", 0.98, (0.01, 0.9, 0.2, 0.97))]
    assert due(known, AT)
    clock, name = take(known, lines, AT, ZONE, ("Pos ronda", {}))
    assert (clock.wrong, name.wrong, known["name"], known["order"]) == (False, False, "POS RONDA", "YMD")
    assert not due(known, AT + 3600 * HZ_90K)
    assert due(known, AT + DAILY_90K)
    assert places(known) == [(0.01, 0.02, 0.3, 0.07), (0.01, 0.9, 0.2, 0.97)]
    for _ in range(3):
        assert take(known, [], AT, ZONE, ("", {})) == []
    assert places(known) == [], "nothing is there any more: search again"


def test_a_wrong_clock_is_said_when_it_was_read_twice_and_over_when_it_is_right(tmp_path: Path) -> None:
    camera = Swept(tmp_path)
    camera.sweep(Street().at, 4)
    box = (0.01, 0.02, 0.3, 0.07)

    def read(text: str, at_90k: int) -> list[tuple[Key, Turn]]:
        said = camera.eyes.take_lettering("gate", [(text, 0.99, box)], at_90k, ZONE, ("Gate", {}))
        return [(one.key, one.turn) for one in said]

    assert camera.eyes.unread("gate", AT) == []
    assert read("2026-11-06 04:14:15", AT) == []
    assert camera.eyes.unread("gate", AT + HZ_90K) == [box], "read once more before anything is said"
    assert read("2026-11-06 04:19:15", AT + 300 * HZ_90K) == [(Key.WRONG_CLOCK, Turn.RAISED)]
    assert camera.eyes.unread("gate", AT + 600 * HZ_90K) is None
    assert read("2026-11-07 03:14:15", AT + DAILY_90K) == [(Key.WRONG_CLOCK, Turn.OVER)]


def drawn(text: str, font: str) -> Rgb:
    """A street with a lettering of our own drawing."""
    rgb = Street(2).at(3).copy()
    if font == "recorder":
        letter(rgb, text, "top-left")
    elif font == "plain":
        cv2.putText(rgb, text, (14, 30), cv2.FONT_HERSHEY_PLAIN, 1.5, (255, 255, 255), 2, cv2.LINE_AA)
    else:
        image = Image.fromarray(rgb)
        pen = ImageDraw.Draw(image)
        pen.text((14, 10), text, (250, 250, 250), ImageFont.load_default(20), stroke_width=2, stroke_fill=(0, 0, 0))
        rgb = np.array(image)
    return rgb


def test_drawn_letterings_are_read_and_read_again_at_their_place() -> None:
    reader = Reader()
    for font in ("recorder", "plain", "outlined"):
        rgb = drawn("2026-11-06 03:14:15", font)
        letter(rgb, "KEL. KRAPYAK 03")
        lines = reader.find(rgb)
        shown = shown_clock(" ".join(text for text, _, _ in lines), AT, ZONE)
        assert shown is not None, (font, lines)
        assert shown.offset_s == 0
        assert any(likeness(text, "Kel. Krapyak 03") > 90 for text, _, _ in lines)
        again = reader.read(rgb, [box for _, _, box in lines])
        assert shown_clock(" ".join(text for text, _, _ in again), AT, ZONE) is not None, (font, again)
    assert reader.find(np.full((360, 640, 3), 90, np.uint8)) == []
