"""Cameras handed on over RTSP, and events that are recorded, through a server that is a process."""

import itertools
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest
from tests.browser.town import RONDA, Film, Server, wait_until
from tests.whole.using import new_token, port, problem, visitor

B_FRAMES = "one-by-one-person-detection.mp4"


@pytest.fixture(scope="module")
def wall(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A private server that hands on one camera with B-frames, which is recorded only when something happens."""
    folder = tmp_path_factory.mktemp("reserve")
    film = Film(shared, B_FRAMES, port(), folder)
    server = Server(folder / "data", port())
    server.environment |= {"RONDA_RTSP_ENABLED": "true", "RONDA_RTSP_PORT": str(port())}
    try:
        film.start()
        server.start()
        server.add("lab", film.url, "Lab", "--no-record")
        yield server
    finally:
        server.stop()
        film.stop()


@pytest.fixture(scope="module")
def token(wall: Server) -> str:
    return new_token(wall, "video wall")


def test_pyav_pulls_the_re_serve_and_never_skips(wall: Server, token: str) -> None:
    url = f"rtsp://x:{token}@127.0.0.1:{wall.environment['RONDA_RTSP_PORT']}/lab"
    times: list[float] = []
    options = {"rtsp_transport": "tcp", "err_detect": "explode"}
    with av.open(url, options=options, timeout=20) as container:
        for frame in container.decode(video=0):
            times.append(frame.time or 0.0)
            if len(times) == 60:
                break
    steps = sorted(later - earlier for earlier, later in itertools.pairwise(times))
    assert steps[0] > 0
    assert steps[-1] < 1.8 * steps[len(steps) // 2]  # not one is missing


def test_an_event_is_recorded(wall: Server, token: str) -> None:
    lab = "/api/v1/cameras/lab"
    with visitor(wall, token) as api:
        said = problem(api.post(f"{lab}/trigger"), 400)
        assert str(said["detail"]).startswith("camera 'lab' is not recorded at events")
        assert api.patch(lab, json={"recording": {"mode": "event"}}).status_code == 200

        def recorded() -> bool:
            answer = api.get(f"{lab}/timeline", params={"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"})
            return bool(answer.json()["coverage"])

        wait_until(lambda: api.get(lab).json()["state"]["state"] == "running", "its pictures are held for events")
        assert not recorded()

        def triggered() -> bool:
            return api.post(f"{lab}/trigger", json={"seconds": 2}).status_code == 204

        wait_until(triggered, "the node has heard that it is recorded at events")
        wait_until(recorded, "the event is recorded", 30)


def test_a_host_that_would_show_tokens_to_the_network_is_refused(
    tmp_path: Path, free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RONDA_RTSP_ENABLED", "true")
    monkeypatch.setenv("RONDA_RTSP_HOST", "0.0.0.0")
    command = (*RONDA, "--data", str(tmp_path / "data"), "serve", "--port", str(free_port()))
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 2
    (line,) = ended.stderr.strip().splitlines()
    assert "rtsp.host 0.0.0.0" in line
    assert "--https" in line
