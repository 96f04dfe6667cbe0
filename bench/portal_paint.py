"""How soon a resident sees something: the portal of 14,000 cameras on a throttled phone in real Chromium.

Four times slower a processor, 1.6 Mbit/s down, 150 ms of round trip, nothing cached, a phone's screen. Counted from
the start of the navigation: first paint, the first tiles with their names, the first picture of a camera in a tile (the
first *useful* paint), and the whole city's list. The server answers on the same machine.
"""

import argparse
import csv
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from subprocess import run as run_command
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from bench.process import SHARED, fetch, rtsp_load
from bench.server import RONDA, Server, server
from ronda.city.geography.base_map import base_map

VIDEO: Final = SHARED / "assets/videos/load-2mbps.mp4"
SLOWER: Final = 4
LINE: Final = {"offline": False, "downloadThroughput": 200_000, "uploadThroughput": 94_000, "latency": 150}
MOMENTS: Final = """() => {
    const seen = {};
    const look = () => {
        const note = (name, there) => { if (there && !(name in seen)) seen[name] = performance.now(); };
        const pictures = [...document.querySelectorAll('[data-testid="picture"]')];
        note("tiles", document.querySelectorAll('[data-testid="public-tile"]').length >= 2);
        note("picture", pictures.some((one) => one.complete && one.naturalWidth > 0));
        note("city", /\\d/.test(document.querySelector('[data-testid="sum"]')?.textContent ?? ""));
        requestAnimationFrame(look);
    };
    look();
    window.rondaSeen = seen;
}"""


def settle(under_test: Server, source: str, count: int) -> None:
    """Import a city of `count` cameras that all answer, and publish it."""
    city = base_map()
    for area in (city.city, *city.kecamatan, *city.kelurahan):
        document = {"id": area.code, "name": area.name, "lat": area.centre[1], "lon": area.centre[0]}
        fetch(f"{under_test.url}/api/v1/areas/{area.code}", under_test.token, json.dumps(document).encode(), "PUT")
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "cameras.csv"
        write_table(table, source, count)
        command = [RONDA, "import", "cameras", str(table), "--yes", "--data", str(under_test.data)]
        run_command(command, check=True, capture_output=True)
    decision = json.dumps({"area": "33.74", "mode": "live", "reason": "measured"}).encode()
    fetch(f"{under_test.url}/api/v1/publication", under_test.token, decision)


def write_table(path: Path, source: str, count: int) -> None:
    """Write a table of cameras spread over the kelurahan: two to a site, one site in fifty at a main road."""
    kelurahan = base_map().kelurahan
    columns = ("id", "name", "site", "site name", "kind", "area", "lat", "lon", "url", "record")
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, columns)
        table.writeheader()
        for number in range(count):
            site = number // 2
            area = kelurahan[site % len(kelurahan)]
            step = site // len(kelurahan)
            road = site % 50 == 0
            name = f"Jalan Utama {site}" if road else f"RT {step % 9 + 1} RW {step // 9 + 1} {area.name}"
            table.writerow(
                {
                    "id": f"kamera-{number}",
                    "name": f"{name} {'pos' if number % 2 else 'gang masuk'}",
                    "site": f"titik-{site}",
                    "site name": name,
                    "kind": "main-road" if road else "rt",
                    "area": area.code,
                    "lat": f"{area.centre[1] + (step % 7 - 3) * 0.0007:.5f}",
                    "lon": f"{area.centre[0] + (step // 7 - 3) * 0.0007:.5f}",
                    "url": f"{source}/{number}",
                    "record": "off",
                }
            )


def warm(url: str, count: int) -> tuple[int, int]:
    """Let the first cameras have a still; return the number published, and the map's bytes as they are sent."""
    wait_published(url, count)
    first = json.loads(fetch(f"{url}/api/v1/public/cameras?kind=main-road&limit=12"))
    for camera in first["cameras"]:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                fetch(f"{url}{camera['still']}?width=320")
                break
            except OSError:
                time.sleep(0.2)
    total = json.loads(fetch(f"{url}/api/v1/public/cameras?limit=1"))["total"]
    sent = run_command(
        ["curl", "-s", "-H", "Accept-Encoding: gzip", f"{url}/api/v1/public/map"], check=True, capture_output=True
    )
    return total, len(sent.stdout)


def wait_published(url: str, count: int, within_s: float = 60) -> None:
    """Return once the portal shows `count` cameras."""
    end = time.monotonic() + within_s
    while json.loads(fetch(f"{url}/api/v1/public/cameras?limit=1"))["total"] < count:
        if time.monotonic() > end:
            raise TimeoutError(f"the portal does not show {count} cameras after {within_s:.0f} s")
        time.sleep(0.25)


def visit(browser: Browser, url: str) -> dict[str, float]:
    """Open the portal once on a throttled phone; return the moments, ms."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True)
    page = context.new_page()
    control = context.new_cdp_session(page)
    control.send("Network.enable")
    control.send("Network.emulateNetworkConditions", LINE)
    control.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(f"({MOMENTS})()")
    page.goto(url, wait_until="commit")
    page.locator('[data-testid="sum"] .count').first.wait_for(timeout=60_000)
    page.locator('[data-testid="picture"]').first.wait_for(timeout=60_000)
    seen: dict[str, float] = page.evaluate("window.rondaSeen")
    seen["paint"] = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
    context.close()
    return seen


def report(visits: list[dict[str, float]]) -> None:
    for name, what in (
        ("paint", "first paint"),
        ("tiles", "first names"),
        ("picture", "first picture (useful)"),
        ("city", "the whole city's list"),
    ):
        times = sorted(seen[name] for seen in visits if name in seen)
        print(f"{what:24} median {statistics.median(times):6.0f} ms, worst {times[-1]:6.0f} ms", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=14_000)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--port", type=int, default=8794)
    parser.add_argument("--url", default="", help="measure a portal that runs already")
    options = parser.parse_args()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        if options.url:
            report([visit(browser, options.url) for _ in range(options.times)])
            return
        with rtsp_load(VIDEO, options.port + 1) as source, server(options.port, log="portal-paint") as under_test:
            settle(under_test, source, options.cameras)
            total, size = warm(under_test.url, options.cameras)
            print(f"{total} cameras published, the map's file is {size / 1000:.0f} kB compressed", flush=True)
            report([visit(browser, under_test.url) for _ in range(options.times)])


if __name__ == "__main__":
    main()
