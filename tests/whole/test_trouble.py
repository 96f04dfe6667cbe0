"""One server with ten good cameras among hundreds that are in trouble, and viewers of every kind."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from tests.browser.town import Film, Server, wait_until
from tests.whole.using import ago, cli, in_order, new_token, open_socket, port, times, visitor

GOOD = [f"good-{number}" for number in range(10)]
UNREACHABLE = 300
WATCHED_S = 15.0


@dataclass
class Flapping:
    """Stands before a camera and, once it is told to `begin`, hangs up on everybody once a second."""

    target: int
    cuts: int = 0
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    begin: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.listener.getsockname()[1]}/live"

    @contextmanager
    def running(self) -> Iterator["Flapping"]:
        lines: list[socket.socket] = []
        threads = [
            threading.Thread(target=self._accept, args=(lines,)),
            threading.Thread(target=self._cut, args=(lines,)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self.ended.set()
            for thread in threads:
                thread.join()
            _hang_up(lines)
            self.listener.close()

    def _accept(self, lines: list[socket.socket]) -> None:
        self.listener.settimeout(0.2)
        while not self.ended.is_set():
            try:
                caller, _ = self.listener.accept()
            except TimeoutError:
                continue
            camera = socket.create_connection(("127.0.0.1", self.target))
            lines += [caller, camera]
            for source, sink in ((caller, camera), (camera, caller)):
                threading.Thread(target=_pass_on, args=(source, sink), daemon=True).start()

    def _cut(self, lines: list[socket.socket]) -> None:
        while not self.ended.wait(1.0):
            if not self.begin.is_set():
                continue
            self.cuts += 1
            _hang_up(lines)


def _hang_up(lines: list[socket.socket]) -> None:
    gone, lines[:] = lines[:], []
    for line in gone:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        line.close()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass


@pytest.fixture(scope="module")
def silent() -> Iterator[str]:
    """The address of a recorder that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        yield f"rtsp://127.0.0.1:{listener.getsockname()[1]}/live"


@pytest.fixture(scope="module")
def flapping(street: Film) -> Iterator[Flapping]:
    target = int(re.sub(r".*:(\d+)/.*", r"\1", street.url))
    with Flapping(target).running() as source:
        yield source


@pytest.fixture(scope="module")
def trouble(
    street: Film, silent: str, flapping: Flapping, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, str]]:
    """A server that has been in trouble for a while, and a token of it."""
    server = Server(tmp_path_factory.mktemp("trouble") / "data", port())
    try:
        server.start()
        token = new_token(server)
        with visitor(server, token) as client:

            def add(name: str, url: str) -> None:
                answer = client.post("/api/v1/cameras", json={"id": name, "url": url, "record": True})
                assert answer.status_code == 201, answer.text

            add("flapping", flapping.url)
            wait_until(lambda: _covered(server, token, "flapping", ago(60), ago(0))[0] > 0, "a moment before cuts", 40)
            flapping.begin.set()
            add("silent", silent)
            for number in range(UNREACHABLE):
                add(f"away-{number}", f"rtsp://127.{1 + number // 200}.{number % 200}.9:9/live")
            for name in GOOD:
                add(name, street.url.replace("/live", f"/{name}"))

            def all_good() -> bool:
                return all(_state(server, token, name)["state"] == "running" for name in GOOD)

            wait_until(all_good, "the good cameras run among the others", 40)
        yield server, token
    finally:
        server.stop()


def _state(server: Server, token: str, name: str) -> dict[str, object]:
    with visitor(server, token) as client:
        found: dict[str, object] = client.get(f"/api/v1/cameras/{name}").json()["state"]
        return found


def _resident_bytes(server: Server) -> int:
    assert server.running is not None
    status = Path(f"/proc/{server.running.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def test_the_good_ones_notice_nothing(trouble: tuple[Server, str], flapping: Flapping) -> None:
    server, token = trouble
    wait_until(lambda: _covered(server, token, GOOD[-1], ago(60), ago(0))[0] > 3, "something is recorded", 20)
    start, cuts = ago(0), flapping.cuts
    time.sleep(WATCHED_S)
    end = ago(1)
    time.sleep(1.5)
    assert flapping.cuts - cuts > 10
    for name in GOOD:
        covered_s, gaps = _covered(server, token, name, start, end)
        assert gaps == [], (name, gaps)
        assert covered_s > WATCHED_S - 1.6, (name, covered_s)
        profile = _state(server, token, name)["profiles"]["main"]  # type: ignore[index]
        assert profile["lost_packets"] == profile["bad_packets"] == profile["reconnects"] == 0, (name, profile)


def _covered(server: Server, token: str, name: str, start: str, end: str) -> tuple[float, list[dict[str, str]]]:
    with visitor(server, token) as client:
        line = client.get(f"/api/v1/cameras/{name}/timeline", params={"from": start, "to": end}).json()
    spans = ((datetime.fromisoformat(s["from"]), datetime.fromisoformat(s["to"])) for s in line["coverage"])
    return sum((end - start).total_seconds() for start, end in spans), line["gaps"]


def test_what_is_wrong_is_said(trouble: tuple[Server, str]) -> None:
    server, token = trouble
    # While a dial is under way, or waits for its turn, it says so; between dials it says why the last one failed.
    states = [_state(server, token, f"away-{number}") for number in range(0, UNREACHABLE, 10)]
    assert {str(state["state"]) for state in states} <= {"connecting", "backing-off"}
    reasons = [str(state["reason"]) for state in states if state["reason"]]
    assert len(reasons) > len(states) / 2
    assert all("refuse" in reason for reason in reasons), reasons
    wait_until(lambda: bool(_state(server, token, "silent")["reason"]), "the silent one is told of", 30)
    silent = _state(server, token, "silent")
    assert silent["state"] in {"silent", "connecting", "backing-off"}
    _, gaps = _covered(server, token, "away-0", ago(3600), ago(0))
    assert {gap["cause"] for gap in gaps} <= {"unreachable"}, gaps
    with visitor(server) as client:
        health = client.get("/healthz").json()
    assert health["status"] in {"ok", "degraded"}
    assert health["cameras"] == UNREACHABLE + len(GOOD) + 2
    assert len(GOOD) <= health["running"] <= len(GOOD) + 1
    with visitor(server, token) as client:
        assert "ronda_loop_lag" in client.get("/metrics").text


def test_one_viewer_that_never_reads_and_twenty_that_do(trouble: tuple[Server, str]) -> None:
    server, token = trouble
    before = _resident_bytes(server)
    with ExitStack() as open_lines, ThreadPoolExecutor(20) as people:
        path = "/media/good-0/live"
        for _ in range(3):
            open_lines.enter_context(_never_reading(server, path, token))
        watched = list(people.map(lambda _: _watch(server, path, token, 10.0), range(20)))
        grown = _resident_bytes(server) - before
    for received, worst in watched:
        assert received > 30
        assert worst < 2.0, worst
    assert grown < 48 << 20


@contextmanager
def _never_reading(server: Server, path: str, token: str) -> Iterator[None]:
    host, _, number = server.url.removeprefix("http://").partition(":")
    line = socket.socket()
    with line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect((host, int(number)))
        line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}:{number}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: Bearer {token}\r\n\r\n".encode()
        )
        yield


def _watch(server: Server, path: str, token: str, seconds: float) -> tuple[int, float]:
    """Return how many fragments came and the longest wait between two (s)."""
    received, worst, last = 0, 0.0, 0.0
    end = time.monotonic() + seconds
    with open_socket(server, path, Authorization=f"Bearer {token}") as player:
        while (now := time.monotonic()) < end:
            if isinstance(player.recv(timeout=10), bytes):
                received += 1
                worst = max(worst, now - last) if last else worst
                last = time.monotonic()
    return received, worst


def test_what_the_flapping_one_left_behind_is_whole(trouble: tuple[Server, str], flapping: Flapping) -> None:
    server, _ = trouble
    assert flapping.cuts > 15
    checked = cli(server, "archive", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    server.stop()
    checked = cli(server, "archive", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    for name in ("flapping", *GOOD[:3]):
        files = sorted((server.data / "archive" / name / "main").rglob("*.mp4"))
        assert files
        for file in files:
            in_order(times(file.read_bytes()), 1)
    server.start()
