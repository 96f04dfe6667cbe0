"""A camera's document: what is refused, with the place and how to mend it; pixels and shares."""

from pathlib import Path
from typing import Any

import pytest

from ronda.base.errors import BadInput
from ronda.vision.configuration import Configuration, Tier

LINE = {"name": "main", "start": [190, 200], "end": [640, 200]}


def test_pixels_become_shares_and_metres_stay(tmp_path: Path) -> None:
    path = tmp_path / "street.toml"
    path.write_text(
        'size = [640, 400]\neye = "yolox_nano"\ntier = "watch"\n'
        '[[lines]]\nname = "main"\nstart = [160, 200]\nend = [640, 200]\n'
        '[[zones]]\nname = "kerb"\npoints = [[0, 0], [320, 0], [320, 400]]\n'
        "[ground]\npicture = [[0, 0], [640, 0], [640, 400], [0, 400]]\nmetres = [[0, 0], [64, 0], [64, 40], [0, 40]]\n"
    )
    made = Configuration.from_toml(path)
    assert (made.lines[0].start, made.lines[0].end) == ((0.25, 0.5), (1.0, 0.5))
    assert made.zones[0].points == ((0, 0), (0.5, 0), (0.5, 1))
    assert made.ground is not None
    assert made.ground.metres[2] == (64, 40)
    assert (made.eye, made.tier) == ("yolox_nano", Tier.WATCH)
    assert [type(rule).__name__ for rule in made.rules["counting"]] == ["CountingRule"]


def test_a_document_is_the_same_there_and_back() -> None:
    made = Configuration.from_document(
        {
            "size": [640, 352],
            "lines": [LINE, {"name": "east", "start": [600, 0], "end": [600, 300]}],
            "counting": [{"movements": [{"name": "turn", "from": "main", "to": "east"}], "units": {"bus": 2}}],
        }
    )
    assert Configuration.from_document(made.document()) == made


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"lines": [{**LINE, "end": [190, 200]}]}, "lines 1.*no length"),
        ({"lines": [{**LINE, "end": [700, 200]}]}, "lines 1.*outside the picture"),
        ({"lines": [LINE, LINE]}, "two have the name 'main'"),
        ({"zones": [{"name": "z", "points": [[0, 0], [9, 0]]}]}, "zones 1 points"),
        ({"zones": [{"name": "z", "points": [[0, 0], [99, 99], [99, 0], [0, 99]]}]}, "crosses itself"),
        ({"zones": [{"name": "z", "points": [[0, 0], [900, 0], [0, 99]]}]}, "outside the picture"),
        ({"line": [LINE]}, r"'line' is not known.*did you mean lines"),
        ({"colour": 1}, "'colour' is not known"),
        ({"size": [0, 0]}, r"size.*1280, 720"),
        ({"size": "640x352"}, "size"),
        ({"tier": "always"}, "tier"),
        ({"counting": {"lines": ["main"]}}, r"\[\[counting\]\]"),
        ({"counting": [{"lines": ["main"]}]}, "none is drawn"),
        (
            {"ground": {"picture": [[0, 0], [9, 9], [90, 90], [0, 90]], "metres": [[0, 0], [1, 0], [1, 1], [0, 1]]}},
            "ground",
        ),
        ({"ground": {"picture": [[0, 0]], "metres": [[0, 0]]}}, "ground picture"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(document: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says) as raised:
        Configuration.from_document({"size": [640, 352]} | document, "street.toml")
    assert str(raised.value).startswith("street.toml: ")


@pytest.mark.parametrize(("text", "says"), [("a = [", "not TOML"), (None, "cannot be read")])
def test_files_that_are_none(tmp_path: Path, text: str | None, says: str) -> None:
    path = tmp_path / "bad.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(BadInput, match=says):
        Configuration.from_toml(path)
