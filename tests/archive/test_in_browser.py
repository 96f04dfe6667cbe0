"""Playback in a real browser: the right picture at the moment asked for, over gaps, at keyframes alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from tests.archive.footage import START_90K, new_run, one_volume, record
from tests.media.delivery.serving import Doorman, serving
from tests.media.hand_clock import HandClock
from tests.media.pictures import Film
from tests.needs import requires_tool

from ronda.archive import Archive
from ronda.archive.delivery import archive_routes
from ronda.base.causes import GapCause
from ronda.base.time import HZ_90K, format_rfc3339

PAGE = """<!doctype html><video muted playsinline></video><script>
const video = document.querySelector("video"), source = new MediaSource(), queue = [];
let buffer = null;
window.errors = []; window.said = [];
video.onerror = () => errors.push(video.error.message);
video.src = URL.createObjectURL(source);
function pump() {
  if (!buffer || buffer.updating || !queue.length) return;
  const next = queue.shift();
  try { if (next.mime) { buffer.changeType(next.mime); pump(); } else buffer.appendBuffer(next); }
  catch (error) { errors.push(String(error)); }
}
source.onsourceopen = () => {
  window.socket = new WebSocket(`ws://${location.host}/media/gate/playback${location.search}`);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({data}) => {
    if (typeof data !== "string") { queue.push(data); pump(); return; }
    const message = JSON.parse(data);
    said.push(message);
    if (message.type !== "init") return;
    if (!buffer) {
      buffer = source.addSourceBuffer(message.mime);
      buffer.onupdateend = pump;
      buffer.onerror = () => errors.push("buffer");
    } else queue.push({mime: message.mime});
  };
};
function grey() {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  return context.getImageData(2, canvas.height - 4, 1, 1).data[0];
}
</script>"""


def at(seconds: float) -> str:
    return format_rfc3339(START_90K + round(seconds * HZ_90K))


async def page(_request: Request) -> Response:
    return HTMLResponse(PAGE)


@asynccontextmanager
async def playing(folder: Path, film: Film, query: str) -> AsyncIterator[Any]:
    async with Archive(one_volume(folder), HandClock(START_90K + 400 * HZ_90K)) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(film=film), 10, film=film)
        recorder.end(GapCause.SILENT)
        record(recorder, new_run(start_90k=START_90K + 20 * HZ_90K, film=film), 60, film=film)
        await archive.settled()
        app = Starlette(routes=[Route("/", page), Mount("/media", routes=archive_routes(archive, Doorman()))])
        async with serving(app) as host, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path="/usr/bin/chromium",
                args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
            )
            tab = await browser.new_page()
            await tab.goto(f"http://{host}/?{query}")
            yield tab
            await browser.close()


@requires_tool("chromium")
@pytest.mark.parametrize("b_frames", [0, 2])
async def test_the_picture_of_that_moment_is_there_at_once(tmp_path: Path, b_frames: int) -> None:
    film = Film(b_frames=b_frames)
    async with playing(tmp_path, film, f"from={at(7.5)}") as tab:
        await tab.wait_for_function("video.readyState >= 2 && video.buffered.length", timeout=20_000)
        start = await tab.evaluate("video.buffered.start(0)")
        assert start < 0.01
        await tab.evaluate("video.currentTime = 0.01")
        await tab.wait_for_function("!video.seeking && video.readyState >= 2", timeout=10_000)
        await asyncio.sleep(0.3)
        # Picture 187 of the run is the film's 87th; with B-frames it is shown two pictures later.
        expected = 87 if not b_frames else 85
        assert await tab.evaluate("grey()") == pytest.approx(expected, abs=3)
        await tab.evaluate("video.play()")
        await tab.wait_for_function("video.currentTime > 2.3", timeout=10_000)
        assert await tab.evaluate("errors") == []
        assert [one["type"] for one in await tab.evaluate("said")] == ["init", "gap", "init"]
        # Behind the gap it goes on where it should: UTC is still `from` plus media time.
        await tab.evaluate("video.currentTime = 12.6")
        await tab.wait_for_function("video.currentTime > 14", timeout=10_000)
        assert await tab.evaluate("video.buffered.length") == 2
        assert await tab.evaluate("errors") == []


@requires_tool("chromium")
async def test_keyframes_alone_play_fast(tmp_path: Path) -> None:
    async with playing(tmp_path, Film(), f"from={at(20)}&keyframes=1") as tab:
        await tab.wait_for_function("video.readyState >= 2 && video.buffered.length", timeout=20_000)
        await tab.evaluate("socket.send(JSON.stringify({type: 'want', until: 60}))")
        await tab.evaluate("video.playbackRate = 16; video.play()")
        await tab.wait_for_function("video.currentTime > 40", timeout=10_000)
        assert await tab.evaluate("errors") == []
        assert await tab.evaluate("video.buffered.length") == 1
