"""Glass to glass: the simulator's `clock` camera, read back from the page that a person would open.

The picture carries the wall clock as blocks (see `ronda.simulate.clockcode`). The page is the product's own, in
real Chromium; the reading is taken from the video element's pixels at each frame that the browser presents,
against the same machine's clock. Encoding (x264, zero latency) is in it, as it is in a camera.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time

from playwright.sync_api import sync_playwright

from bench.process import running, wait_for_port
from bench.server import RONDA, server

READ_CLOCK = """
async ({seconds}) => {
  const video = document.querySelector('video');
  const canvas = new OffscreenCanvas(200, 48);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  const read = () => {
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
    const luma = (column, row) => {
      const at = ((row * 4 + 2) * canvas.width + column * 4 + 2) * 4;
      return data[at] * 0.3 + data[at + 1] * 0.59 + data[at + 2] * 0.11;
    };
    if (luma(0, 0) < luma(0, 1) || luma(49, 0) < luma(49, 1)) return null;
    let value = 0;
    for (let column = 1; column <= 48; column++) value = value * 2 + (luma(column, 0) > luma(column, 1) ? 1 : 0);
    return value;
  };
  const found = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    await new Promise(done => video.requestVideoFrameCallback(done));
    const now = Date.now(), shown = read();
    if (shown !== null && Math.abs(now - shown) < 60000) found.push(now - shown);
  }
  return found;
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        command = [RONDA, "simulate", "--data", cache, "--cameras", "1", "--rtsp-port", "18641"]
        with running(command, log="simulate"), server(18642, "--public") as under_test:
            wait_for_port(18641)
            under_test.add_camera("clock", "rtsp://127.0.0.1:18641/clock")
            under_test.wait_running(1)
            time.sleep(20)  # the simulator draws its one loop meanwhile; let it finish
            lags = watch(f"{under_test.url}/cameras/clock", options.seconds)
    if len(lags) < 50:
        sys.exit(f"only {len(lags)} pictures could be read")
    cuts = statistics.quantiles(lags, n=100)
    print(
        json.dumps(
            {"pictures": len(lags), "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98], "max_ms": max(lags)}
        )
    )


def watch(address: str, seconds: float) -> list[float]:
    """Open the page and return what each presented frame was late by, in milliseconds."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        page.wait_for_function("document.querySelector('video')?.readyState >= 3", timeout=20_000)
        time.sleep(5)
        found: list[float] = page.evaluate(READ_CLOCK, {"seconds": seconds})
        browser.close()
        return found


if __name__ == "__main__":
    main()
