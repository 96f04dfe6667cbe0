"""Logs: shape, redaction, other libraries' lines, and what happens thousands of times."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
import uvicorn

from ronda.base.logging import Repeated, configure, get_logger

SECRET = "rtsp://admin:p@ss:w0rd@10.0.0.1/live"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def written(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_where_nobody_looks() -> None:
    stream = io.StringIO()
    configure("info", "auto", stream)
    get_logger("archive").info("segment closed", camera="gate", size_bytes=5)
    (line,) = written(stream)
    assert line["event"] == "segment closed"
    assert (line["logger"], line["level"], line["camera"], line["size_bytes"]) == ("archive", "info", "gate", 5)
    assert str(line["timestamp"]).endswith("Z")


def test_a_line_for_a_person() -> None:
    stream = io.StringIO()
    configure("info", "human", stream)
    get_logger("archive").info("segment closed", camera="gate")
    assert "segment closed" in stream.getvalue()
    assert "camera=gate" in stream.getvalue()
    assert "{" not in stream.getvalue()


def test_less_than_the_level_is_not_written() -> None:
    stream = io.StringIO()
    configure("warning", "json", stream)
    get_logger("x").info("no")
    get_logger("x").warning("yes")
    assert [line["event"] for line in written(stream)] == ["yes"]


@pytest.mark.parametrize("style", ["human", "json"])
def test_no_credentials_wherever_they_stand(style: str) -> None:
    stream = io.StringIO()
    configure("info", style, stream)  # type: ignore[arg-type]
    logger = get_logger("x")
    event = f"dialling {SECRET}"
    logger.info(event, url=SECRET, nested={"list": [SECRET]}, error=ValueError(SECRET))
    logger.info("formatted %s", SECRET)
    logging.getLogger("some.library").warning("opening %s?token=abc", SECRET)
    try:
        raise ConnectionError(f"cannot reach {SECRET}")
    except ConnectionError:
        logger.exception("failed")
    text = stream.getvalue()
    assert "w0rd" not in text
    assert "p@ss" not in text
    assert "token=abc" not in text
    assert "ConnectionError" in text


def test_other_libraries_lines_have_the_same_shape() -> None:
    stream = io.StringIO()
    uvicorn.Config(lambda: None)  # brings handlers of its own
    configure("info", "json", stream)
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 6)
    logging.getLogger("uvicorn.error").warning("Exceeded limit %d", 7)
    (line,) = written(stream)
    assert (line["event"], line["logger"], line["level"]) == ("Exceeded limit 7", "uvicorn.error", "warning")


class HandClock:
    """A clock moved by hand."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def utc_90k(self) -> int:
        return 0


def test_what_repeats_is_said_at_once_then_now_and_then_with_its_count() -> None:
    stream, clock = io.StringIO(), HandClock()
    configure("info", "json", stream)
    bad = Repeated(get_logger("rtp"), "bad packets", clock, every_s=60)
    for second in range(181):
        clock.now = float(second)
        bad.happened(camera="gate")
    assert [(line["times"], line["total"]) for line in written(stream)] == [(1, 1), (60, 61), (60, 121), (60, 181)]
    assert bad.total == 181
