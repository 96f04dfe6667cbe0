"""What we send, played by a real browser's Media Source Extensions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import async_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from tests.media.delivery.serving import Doorman, serving
from tests.media.film_source import FilmSources
from tests.media.pictures import Film
from tests.needs import requires_tool

from ronda.base.time import SystemClock
from ronda.media.delivery.app import media_app
from ronda.media.streams import Streams

PAGE = """<!doctype html><video muted autoplay playsinline></video><script>
const video = document.querySelector("video"), source = new MediaSource(), queue = [];
let buffer = null, pending = null;
window.inits = 0; window.errors = [];
video.onerror = () => errors.push(video.error.message);
video.src = URL.createObjectURL(source);
function pump() {
  if (!buffer || buffer.updating || !queue.length) return;
  const next = queue.shift();
  if (next.mime) {
    const end = buffer.buffered.length ? buffer.buffered.end(buffer.buffered.length - 1) : 0;
    buffer.changeType(next.mime);
    buffer.timestampOffset = end;
    pump();
  } else buffer.appendBuffer(next);
}
source.onsourceopen = () => {
  const socket = new WebSocket(`ws://${location.host}/media/gate/live`);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({data}) => {
    if (typeof data !== "string") { queue.push(data); pump(); return; }
    const message = JSON.parse(data);
    if (message.type !== "init") return;
    inits += 1;
    if (!buffer) {
      buffer = source.addSourceBuffer(message.mime);
      buffer.onupdateend = () => {
        if (video.currentTime === 0 && video.buffered.length) video.currentTime = video.buffered.start(0);
        pump();
      };
    } else queue.push({mime: message.mime});
  };
};
</script>"""


async def page(_request: Request) -> Response:
    return HTMLResponse(PAGE)


@asynccontextmanager
async def watching(*films: Film, at_once: int) -> AsyncIterator[Any]:
    async with Streams(SystemClock()) as streams:
        streams.offer("gate", "main", FilmSources(*films, at_once=at_once))
        app = Starlette(routes=[Route("/", page), Mount("/media", media_app(streams, Doorman()))])
        async with serving(app) as host, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path="/usr/bin/chromium",
                args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
            )
            tab = await browser.new_page()
            await tab.goto(f"http://{host}/")
            yield tab
            await browser.close()


@requires_tool("chromium")
@pytest.mark.parametrize("b_frames", [0, 2])
async def test_it_plays_without_a_hole(b_frames: int) -> None:
    async with watching(Film(b_frames=b_frames), at_once=30) as tab:
        await tab.wait_for_function("document.querySelector('video').currentTime > 3", timeout=20_000)
        assert await tab.evaluate("errors") == []
        assert await tab.evaluate("document.querySelector('video').buffered.length") == 1
        shown = await tab.evaluate("document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames")
        assert shown > 50


@requires_tool("chromium")
async def test_another_size_goes_on_without_a_reload() -> None:
    small, large = Film(pictures=50), Film(width=480, height=270, pictures=50)
    async with watching(small, large, at_once=25) as tab:
        await tab.wait_for_function("document.querySelector('video').videoWidth === 320", timeout=20_000)
        await tab.wait_for_function("document.querySelector('video').videoWidth === 480", timeout=20_000)
        before = await tab.evaluate("document.querySelector('video').currentTime")
        await asyncio.sleep(1)
        assert await tab.evaluate("document.querySelector('video').currentTime") > before + 0.3
        assert await tab.evaluate("[inits, errors]") == [2, []]
