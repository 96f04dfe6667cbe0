"""Nine cameras side by side in one clock: how soon they show their pictures, and how far they are apart.

Nine cameras see the same clock (the simulator's, which carries the wall clock as blocks) and are recorded each by
itself; the product's own page replays them in real Chromium, and all nine clocks are read from the screen ten times a
second. How far they differ is the drift, recording included; pictures of 25 a second make 40 ms of it. The same page is
then opened afresh some times. With `--film` the cameras play a film instead, and the drift is the player's own.
"""

import argparse
import json
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.process import SHARED, rtsp_load, running, wait_for_port
from bench.server import Server, server

COUNT = 9
READ = """
async ({seconds, clocks}) => {
  const cells = [...document.querySelectorAll('[data-testid=cell]')];
  const canvas = new OffscreenCanvas(200, 48);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  const read = (video) => {
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
    await new Promise(done => setTimeout(done, 100));
    const steered = cells.map(cell => cell.dataset.drift).filter(drift => drift !== '').map(Number);
    found.push({clocks: clocks ? cells.map(cell => read(cell.querySelector('video'))) : [], steered});
  }
  return found;
}
"""
"""Ten times a second: what the nine clocks show (Unix ms, or null), and what the page says of their drift, ms."""
STARTED = """
async ({count}) => {
  const ready = () => document.querySelectorAll('[data-testid=cell][data-state="ready"]').length === count;
  const until = performance.now() + 30000;
  while (!ready() && performance.now() < until) await new Promise(done => requestAnimationFrame(done));
  const all = performance.now();
  return [Number(document.querySelector('[data-testid=replay]').dataset.startedMs), all, ready()];
}
"""
"""Once all play: since the replay was opened, since the navigation (both ms), and whether they do."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--film", help="a file of shared/assets/videos instead of the clock, such as load-2mbps.mp4")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--starts", type=int, default=7)
    options = parser.parse_args()
    with ExitStack() as stack:
        source = _film(stack, SHARED / "assets/videos" / options.film) if options.film else _clock(stack)
        under_test = stack.enter_context(server(18652, "--public"))
        for number in range(COUNT):
            under_test.add_camera(f"kamera-{number}", source)
        under_test.wait_running(COUNT)
        time.sleep(45)  # something to replay
        print(json.dumps(watch(under_test, options.seconds, options.starts, clocks=not options.film)))


def _clock(stack: ExitStack) -> str:
    stack.enter_context(running([sys.executable, "-m", "tests.browser.clock_camera", "18651"], log="clock"))
    wait_for_port(18651)
    return "rtsp://127.0.0.1:18651/clock"


def _film(stack: ExitStack, film: Path) -> str:
    stack.enter_context(rtsp_load(film, 18651))
    return "rtsp://127.0.0.1:18651/live"


def watch(under_test: Server, seconds: float, starts: int, *, clocks: bool) -> dict[str, object]:
    """Replay the nine cameras in Chromium; return starts and drift, ms."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        opened = [_start(page, under_test) for _ in range(starts)]
        page.wait_for_timeout(1500)
        shown = page.evaluate(READ, {"seconds": seconds, "clocks": clocks})
        browser.close()
    steered = [max(one["steered"]) - min(one["steered"]) for one in shown if len(one["steered"]) == COUNT]
    found: dict[str, object] = {"starts": starts, "start_ms": _summed([one[0] for one in opened])}
    found["start_with_the_page_ms"] = _summed([one[1] for one in opened])
    found["drift_by_the_player_ms"] = _summed(steered)
    if clocks:
        read = [[clock for clock in one["clocks"] if clock is not None] for one in shown]
        found["drift_on_the_screen_ms"] = _summed([max(some) - min(some) for some in read if len(some) == COUNT])
    return found


def _start(page: Page, under_test: Server) -> tuple[float, float]:
    """Open the page afresh; return how long the pictures took from there on, and from the navigation on, ms."""
    cameras = ",".join(f"kamera-{number}" for number in range(COUNT))
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 35))
    page.goto(f"{under_test.url}/replay?cameras={cameras}&at={moment}")
    opened, navigated, ready = page.evaluate(STARTED, {"count": COUNT})
    if not ready:
        raise TimeoutError("not all nine cameras showed a picture within 30 s")
    return float(opened), float(navigated)


def _summed(found: list[float]) -> dict[str, float]:
    cuts = sorted(found)
    return {
        "count": len(cuts),
        "p50": round(statistics.median(cuts)),
        "p95": round(cuts[min(len(cuts) - 1, int(len(cuts) * 0.95))]),
        "most": round(cuts[-1]),
    }


if __name__ == "__main__":
    main()
