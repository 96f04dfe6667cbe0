"""A crowd at one still, and a map that opens thirty cameras that nobody watches.

The crowd: kept-alive connections that ask again as soon as they are answered, most of them with the entity tag of
what they have, as browsers do. What counts is answers a second of the server's own CPU: the clients share the machine.
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from bench.process import SHARED, fetch, rtsp_load, usage
from bench.server import Server, server

VIDEO = SHARED / "assets/videos/load-2mbps.mp4"
PATH = "/media/public/gate/still.jpg?width=320"


async def ask(port: int, path: str, until: float, tag: str | None) -> tuple[int, int]:
    """Ask on one connection until then; returns how many whole answers and how many 304 came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    whole = same = 0
    while time.monotonic() < until:
        known = f"If-None-Match: {tag}\r\n" if tag else ""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n{known}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if length:
            await reader.readexactly(int(length[1]))
        whole += head.startswith(b"HTTP/1.1 200")
        same += head.startswith(b"HTTP/1.1 304")
        if tag is not None:
            tag = (re.search(rb"etag: (\S+)", head, re.IGNORECASE) or [b"", tag.encode()])[1].decode()
    writer.close()
    return whole, same


async def crowd(port: int, seconds: float, connections: int, *, tags: bool) -> dict[str, float]:
    """Ask on many connections at once."""
    until = time.monotonic() + seconds
    found = await asyncio.gather(*(ask(port, PATH, until, '""' if tags else None) for _ in range(connections)))
    return {"whole": sum(one for one, _ in found), "same": sum(other for _, other in found)}


def measure(under_test: Server, port: int, seconds: float, *, tags: bool) -> dict[str, float]:
    """Return answers a second of the server's CPU and of the clock, and decodes meanwhile."""
    before, began = usage(under_test.pid), time.monotonic()
    found = asyncio.run(crowd(port, seconds, 64, tags=tags))
    cpu_s, took_s = usage(under_test.pid).cpu_s - before.cpu_s, time.monotonic() - began
    answers = found["whole"] + found["same"]
    return {
        "answers": answers,
        "per_core_second": round(answers / cpu_s),
        "per_second": round(answers / took_s),
        "share_304": round(found["same"] / max(answers, 1), 3),
    }


def cold_still(under_test: Server, camera: str) -> float:
    """Return how long one cold camera's still takes; infinity where there is none."""
    began = time.monotonic()
    try:
        fetch(f"{under_test.url}/media/public/{camera}/still.jpg?width=320")
    except OSError:
        return float("inf")
    return time.monotonic() - began


def publish(under_test: Server, camera: str) -> None:
    body = json.dumps({"camera": camera, "mode": "live", "reason": "a measurement"}).encode()
    fetch(f"{under_test.url}/api/v1/publication", under_test.token, body)


def cold(under_test: Server, source: str, prefix: str, cameras: int) -> dict[str, float]:
    """Ask for the stills of many cold cameras one after the other, and of as many others all at once."""
    for number in range(cameras + 7):
        under_test.add_camera(f"{prefix}-{number}", f"{source}{prefix}{number}", record=False)
        publish(under_test, f"{prefix}-{number}")
    time.sleep(1)
    alone = [cold_still(under_test, f"{prefix}-{number}") for number in range(7)]
    began = time.monotonic()
    with ThreadPoolExecutor(cameras) as clients:
        together = list(clients.map(lambda number: cold_still(under_test, f"{prefix}-{number + 7}"), range(cameras)))
    return {
        "alone_median_s": round(statistics.median(alone), 3),
        "alone_max_s": round(max(alone), 3),
        "together_median_s": round(statistics.median(together), 3),
        "together_all_s": round(time.monotonic() - began, 3),
        "together_shown": sum(one < float("inf") for one in together),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--cameras", type=int, default=30)
    options = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    os.environ |= {"RONDA_RTSP_ENABLED": "true", "RONDA_RTSP_PORT": "18634"}
    with rtsp_load(VIDEO, 18632) as source, server(18633) as near:
        near.add_camera("gate", f"{source}/gate")
        publish(near, "gate")
        near.wait_running(1)
        time.sleep(3)
        measure(near, 18633, 2, tags=False)
        found["crowd"] = measure(near, 18633, options.seconds, tags=False)
        found["crowd_with_tags"] = measure(near, 18633, options.seconds, tags=True)
        os.environ["RONDA_RTSP_ENABLED"] = "false"
        with server(18635, log="far") as far:
            # The near server hands its camera on beginning with a keyframe at once, as most cameras do.
            prompt = f"rtsp://any:{near.token}@127.0.0.1:18634/gate?"
            found["cold_prompt"] = cold(far, prompt, "prompt", options.cameras)
            found["cold_joining_anywhere"] = cold(far, f"{source}/", "anywhere", options.cameras)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
