"""The simulator's clock camera alone, without a city to draw: `python -m tests.browser.clock_camera PORT`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.browser.town import Process

from ronda.base.time import SystemClock
from ronda.media.delivery.rtsp.server import RtspOptions, RtspServer
from ronda.simulate.cameras import CLOCK_PATH, SimulatedCameras
from ronda.simulate.library import LoopLibrary

_ROOT = Path(__file__).resolve().parents[2]

READ_CLOCKS = """
async ({seconds}) => {
  const videos = [...document.querySelectorAll('[data-testid=cell] video')];
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
    found.push(videos.map(read));
  }
  return found;
}
"""
"""Reads the clocks that all pictures of a replay show, ten times a second: Unix ms, or null."""


class ClockCamera(Process):
    """Serves the wall clock as pictures, to everybody at once."""

    def __init__(self, port: int, folder: Path) -> None:
        command = (sys.executable, "-m", "tests.browser.clock_camera", str(port))
        super().__init__(command, folder / f"clock-{port}.log", {"PYTHONPATH": str(_ROOT)})
        self.url = f"rtsp://127.0.0.1:{port}{CLOCK_PATH}"


def spread(shown: list[list[int | None]]) -> list[int]:
    """Return by how much the clocks of one moment differ, ms, smallest first."""
    read = [[one for one in clocks if one is not None] for clocks in shown]
    return sorted(max(clocks) - min(clocks) for clocks in read if len(clocks) > 1)


async def _serve(port: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cameras = SimulatedCameras((), LoopLibrary(Path(folder)), Path(folder), SystemClock())
        async with RtspServer(cameras, RtspOptions("127.0.0.1", port), gate=cameras).listen():
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
