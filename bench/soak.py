"""Many small cameras on one loop: 0.5 Mbps each, received and recorded; loop lag and missed pictures."""

import argparse
import json
import time

from bench.process import half_megabit, rtsp_load, usage
from bench.server import Server, server


def quantile(buckets: dict[str, float], share: float) -> float:
    """Return the upper bound (seconds) of the histogram bucket that holds the quantile."""
    rows = sorted((float(label.split('le="')[1].split('"')[0]), count) for label, count in buckets.items())
    wanted = rows[-1][1] * share
    return next(bound for bound, count in rows if count >= wanted)


def counted(under_test: Server) -> tuple[float, float, float]:
    """Return (pictures received, packets lost, fragments dropped) since the server's start, read at this moment."""
    names = ("ronda_source_pictures_total", "ronda_source_lost_packets_total", "ronda_archive_dropped_fragments_total")
    pictures, lost, dropped = (sum(under_test.metric(name).values()) for name in names)
    return pictures, lost, dropped


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    with rtsp_load(half_megabit(), 18611) as source, server(18612) as under_test:
        for number in range(options.cameras):
            under_test.add_camera(f"load-{number}", f"{source}/{number}")
        settled = under_test.wait_running(options.cameras, 180)
        time.sleep(10)
        lag_before = under_test.metric("ronda_loop_lag_seconds_bucket")
        before, used, began = counted(under_test), usage(under_test.pid), time.monotonic()
        time.sleep(options.minutes * 60)
        span, counts, after = time.monotonic() - began, counted(under_test), usage(under_test.pid)
        pictures, lost, dropped = (now - then for now, then in zip(counts, before, strict=True))
        lag = {
            label: count - lag_before.get(label, 0)
            for label, count in under_test.metric("ronda_loop_lag_seconds_bucket").items()
        }
    expected = span * 25 * options.cameras
    print(
        json.dumps(
            {
                "cameras": options.cameras,
                "minutes": options.minutes,
                "all_running_s": round(settled, 1),
                "core_percent": round((after.cpu_s - used.cpu_s) / span * 100, 1),
                "lag_p99_ms_at_most": quantile(lag, 0.99) * 1000,
                "pictures": pictures,
                "pictures_of_expected": round(pictures / expected, 5),
                "lost_packets": lost,
                "dropped_fragments": dropped,
                "memory_mb": round(after.memory_bytes / 1e6, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
