"""One process that knows a city: 14,000 cameras, 100 of them recorded, while residents ask 300 times a second."""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.city import CITY, camera_ids, lay_out
from bench.process import half_megabit, rtsp_load, usage
from bench.server import server

KINDS = {
    "camera": "/api/v1/public/cameras/{id}",
    "list": f"/api/v1/public/cameras?area={CITY}.{{area}}&limit=50",
    "still": "/media/public/{recorded}/still.jpg?width=640",
}


def paths(many: int, recorded: int, kinds: list[str]) -> list[str]:
    """Return what residents ask for: mostly single cameras and stills."""
    chance, ids = random.Random(1), camera_ids(many)
    shares = {"camera": 6, "list": 1, "still": 3}
    wanted = [kind for kind in kinds for _ in range(shares[kind])]
    return [
        KINDS[chance.choice(wanted)].format(
            id=chance.choice(ids), recorded=chance.choice(ids[:recorded]), area=f"{chance.randint(1, 16):02}"
        )
        for _ in range(1500)
    ]


def quantile_ms(buckets: dict[str, float], share: float) -> float:
    """Return a quantile of a histogram's buckets, ms, as if values were even within a bucket."""
    rows = sorted((float(label.split('le="')[1].split('"')[0]), count) for label, count in buckets.items())
    wanted, below, before = rows[-1][1] * share, 0.0, 0.0
    for bound, count in rows:
        if count >= wanted:
            return 1000 * (below + (bound - below) * (wanted - before) / max(count - before, 1))
        below, before = bound, count
    return float("inf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=14_000)
    parser.add_argument("--recorded", type=int, default=100)
    parser.add_argument("--rate", type=float, default=300)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--profile", help="Write a py-spy profile of the server to this file; py-spy must be there.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ronda-city-") as folder, rtsp_load(half_megabit(), 18631) as source:
        began = time.monotonic()
        lay_out(Path(folder), options.cameras, options.recorded, source)
        laid_out_s, began = time.monotonic() - began, time.monotonic()
        with server(18632, data=Path(folder), log="city-scale") as under_test:
            ready_s = time.monotonic() - began
            start_lag = under_test.metric("ronda_loop_lag_seconds_bucket")
            time.sleep(12)
            before = under_test.metric("ronda_loop_lag_seconds_bucket")
            used, began = usage(under_test.pid), time.monotonic()
            asked = [sys.executable, "-m", "bench.residents", "18632", "--rate", str(options.rate)]
            asked += ["--seconds", str(options.seconds), *paths(options.cameras, options.recorded, options.kinds)]
            with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as residents:
                if options.profile:
                    spy = ["py-spy", "record", "-d", str(int(options.seconds)), "-f", "raw", "-o", options.profile]
                    subprocess.run([*spy, "-p", str(under_test.pid)], check=False, capture_output=True)
                told, _ = residents.communicate()
            span, after = time.monotonic() - began, usage(under_test.pid)
            later = under_test.metric("ronda_loop_lag_seconds_bucket")
            lag = {label: count - before.get(label, 0) for label, count in later.items()}
            running = sum(v for k, v in under_test.metric("ronda_streams").items() if "running" in k)
    print(
        json.dumps(
            {
                "cameras": options.cameras,
                "recorded": running,
                "laid_out_s": round(laid_out_s, 1),
                "ready_s": round(ready_s, 1),
                "start_lag_worst_bucket_ms": quantile_ms(start_lag, 1.0),
                "lag_p50_ms": round(quantile_ms(lag, 0.5), 1),
                "lag_p99_ms": round(quantile_ms(lag, 0.99), 1),
                "core_percent": round((after.cpu_s - used.cpu_s) / span * 100, 1),
                "memory_mb": round(after.memory_bytes / 1e6, 1),
                "residents": json.loads(told.splitlines()[-1]),
            }
        )
    )


if __name__ == "__main__":
    main()
