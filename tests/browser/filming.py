"""A film of what people see in a test: their pages one after the other, with title cards, as one MP4.

Chromium tells each new picture of a page (the screencast of DevTools); at the end they are put together. Waiting is cut
short.
"""

import base64
import io
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.video.stream import VideoStream
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Error, Page

_CARD_S: Final = 2.5
_LONGEST_S: Final = 1.5
_SHORTEST_S: Final = 0.09
_MS: Final = Fraction(1, 1000)
_INK: Final = (24, 24, 24)
_PAPER: Final = (250, 250, 247)


@dataclass
class _Shown:
    seconds: float
    jpeg: bytes = b""


class Filming:
    """What was filmed so far.

    Args:
        width, height: Of a page, in CSS pixels.
        scale: Pixels of the film to one of them.
    """

    def __init__(self, width: int, height: int, scale: int) -> None:
        self.size = (width * scale, height * scale)
        self._scale = scale
        self._shown: list[_Shown] = []
        self._running: _Shown | None = None
        self._since = 0.0

    def card(self, title: str, lines: Sequence[str] = ()) -> None:
        """Show a title, or what a terminal said."""
        image = Image.new("RGB", self.size, _INK)
        draw = ImageDraw.Draw(image)
        margin, y = 24 * self._scale, self.size[1] // (6 if lines else 3)
        for text, points in ((title, 26), *((line, 13) for line in lines)):
            font = ImageFont.load_default(points * self._scale)
            for row in _wrapped(draw, text, font, self.size[0] - 2 * margin):
                draw.text((margin, y), row, _PAPER, font)
                y += int(points * self._scale * 1.35)
            y += 8 * self._scale
        out = io.BytesIO()
        image.save(out, "JPEG", quality=85)
        self._shown.append(_Shown(_CARD_S + len(lines) * 0.2, out.getvalue()))

    @contextmanager
    def of(self, page: Page) -> Iterator[None]:
        """Film a page while the context is open."""
        devtools = page.context.new_cdp_session(page)
        self._running = None

        def see(frame: dict[str, Any]) -> None:
            self._see(base64.b64decode(frame["data"]))
            with suppress(Error):  # the page may be closed by now
                devtools.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

        devtools.on("Page.screencastFrame", see)
        width, height = self.size
        wanted = {"format": "jpeg", "quality": 70, "maxWidth": width, "maxHeight": height}
        devtools.send("Page.startScreencast", wanted)
        try:
            yield
        finally:
            page.wait_for_timeout(300)
            devtools.send("Page.stopScreencast")
            devtools.detach()
            if self._running is not None:
                self._running.seconds = _LONGEST_S

    def _see(self, jpeg: bytes) -> None:
        """Keep a picture until the next one comes; of those that come too fast, the last."""
        now = time.monotonic()
        passed, self._since = now - self._since, now
        if self._running is not None:
            self._running.seconds = min(passed + self._running.seconds, _LONGEST_S)
        if self._running is None or self._running.seconds >= _SHORTEST_S:
            self._running = _Shown(0.0)
            self._shown.append(self._running)
        self._running.jpeg = jpeg

    def save(self, path: Path) -> Path:
        """Write the film; a picture stands until the next one came."""
        with av.open(str(path), "w", options={"movflags": "+faststart"}) as film:
            stream = film.add_stream("libx264", rate=Fraction(10), options={"preset": "veryfast", "crf": "26"})
            assert isinstance(stream, VideoStream)
            stream.width, stream.height = self.size
            stream.pix_fmt, stream.time_base = "yuv420p", _MS
            stream.codec_context.time_base = _MS
            at = 0.0
            for shown in self._shown:
                with Image.open(io.BytesIO(shown.jpeg)) as picture:
                    frame = av.VideoFrame.from_ndarray(np.asarray(picture.convert("RGB").resize(self.size)))
                frame.pts, frame.time_base = round(at * 1000), _MS
                film.mux(stream.encode(frame))
                at += shown.seconds
            film.mux(stream.encode())
        return path


def _wrapped(
    draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int
) -> Iterator[str]:
    """Yield rows that are no wider; a word that is too long is broken."""
    row = ""
    for part in re.findall(r"\S{1,40}\s?", text):
        if row and draw.textlength(row + part.rstrip(), font) > width:
            yield row
            row = ""
        row += part
    yield row
