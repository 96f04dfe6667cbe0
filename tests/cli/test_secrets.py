"""A camera's password is nowhere to be read, though the server logs all it can."""

import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from tests.browser.town import PASSWORD, RONDA, Server, wait_until

CANARY = "KenariKuning"


@contextmanager
def refusing() -> Iterator[int]:
    """Listen as a camera that calls every login wrong, and repeats in its answer what it was asked."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller:
                asked = caller.recv(4096)
                lines = asked.decode("latin-1").splitlines()
                number = next((line for line in lines if line.lower().startswith("cseq")), "CSeq: 1")
                asks = f'WWW-Authenticate: Basic realm="{lines[0]}"'
                caller.sendall(f"RTSP/1.0 401 Unauthorized\r\n{number}\r\n{asks}\r\n\r\n".encode())

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def addresses(port: int, closed: int) -> list[str]:
    return [
        f"rtsp://admin:{CANARY}@127.0.0.1:{port}/live",
        f"rtsp://admin:a%2F{CANARY}%3F%23@127.0.0.1:{closed}/live",
        f"rtsp://127.0.0.1:{port}/user=admin_password={CANARY}_channel=1_stream=0.sdp",
        f"http://admin:{CANARY}@127.0.0.1:{closed}/video.mjpg?password={CANARY}",
        f"srt://127.0.0.1:{closed}?passphrase={CANARY}&streamid={CANARY}",
    ]


def wrong(port: int) -> list[str]:
    return [
        f"rtsp://admin:{CANARY} x@127.0.0.1:{port}/live",
        f"rtsp://admin:{CANARY}/x@127.0.0.1:{port}/live",
        f"gopher://admin:{CANARY}@127.0.0.1/",
        f"rtsp://admin:{'a' * 110}{CANARY}@127.0.0.1:99999/",
    ]


def everything(server: Server, urls: list[str], bad: list[str]) -> Iterator[str]:
    """Yield every text that a person may get to read."""
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
        signed = client.post("/api/v1/session", json={"name": "admin", "password": PASSWORD})
        assert signed.status_code == 204
        for number, url in enumerate(urls):
            body = {"id": f"c{number}", "url": url, "sub_url": url, "snapshot_url": None}
            answer = client.post("/api/v1/cameras", json=body)
            assert answer.status_code == 201, answer.text
            yield answer.text
        for url in bad:
            answer = client.post("/api/v1/cameras", json={"id": "bad", "url": url})
            assert answer.status_code == 400
            yield answer.text
            yield client.post("/api/v1/probe", json={"url": url}).text
            yield client.patch("/api/v1/cameras/c0", json={"url": url}).text
            yield client.post("/api/v1/cameras", json={"id": "bad", "url": url, "pasword": CANARY}).text
        with client.stream("GET", "/api/v1/events") as feed:
            began = time.monotonic()
            for text in feed.iter_text():
                yield text
                if time.monotonic() - began > 4:
                    break
        for number in range(len(urls)):
            for path in ("", "/history", "/still.jpg"):
                yield client.get(f"/api/v1/cameras/c{number}{path}").text
        for path in ("/api/v1/cameras", "/api/v1/openapi.json", "/api/v1/accesslog", "/metrics", "/healthz"):
            yield client.get(path).text
        for url in urls[:2]:
            yield client.post("/api/v1/probe", json={"url": url}).text
    for words in (("probe", urls[0]), ("probe", bad[0]), ("camera", "list", "--json"), ("camera", "show", "c1")):
        command = (*RONDA, *words, "--data", str(server.data))
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        yield done.stdout + done.stderr


def test_no_password_of_a_camera_can_be_read_anywhere(tmp_path: Path, free_port: Callable[[], int]) -> None:
    server = Server(tmp_path / "data", free_port())
    server.environment |= {"RONDA_LOG_LEVEL": "debug"}
    with refusing() as port:
        try:
            server.start()
            closed = free_port()
            for text in everything(server, addresses(port, closed), wrong(closed)):
                assert CANARY not in text
            wait_until(lambda: "refused" in server.log.read_text(), "the log tells of a refusal")
        finally:
            server.stop()
    assert CANARY not in server.log.read_text()
