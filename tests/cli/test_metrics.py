"""What `/metrics` of a running server holds is what the operator's guide explains."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
from tests.browser.town import Server

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "operators-guide.md"


def test_every_metric_and_queue_is_explained(tmp_path: Path, free_port: Callable[[], int]) -> None:
    told = GUIDE.read_text()
    server = Server(tmp_path / "data", free_port())
    server.start()
    try:
        transport = httpx.HTTPTransport(uds=str(server.data / "run" / "ronda.sock"))
        with httpx.Client(transport=transport, base_url="http://ronda") as client:
            text = client.get("/metrics").text
    finally:
        server.stop()
    there = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    assert there == set(re.findall(r"^\| `(ronda_\w+)`", told, re.MULTILINE))
    queues = {re.sub("(?<=archive_bytes_).*", "VOLUME", name) for name in re.findall(r'queue="([^"]+)"', text)}
    rows = re.findall(r"^\| ((?:`[a-zA-Z_-]+`(?:, )?)+) \|", told, re.MULTILINE)
    explained = {name.strip("`") for row in rows for name in row.split(", ")}
    assert queues == {name for name in explained if not name.startswith("ronda_")}
