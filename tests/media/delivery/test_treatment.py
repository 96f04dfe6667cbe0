"""What must not be seen is not sent: each way to a camera's pictures, under each treatment, on a real server."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import av
import httpx
import numpy as np
import pytest
import websockets
from PIL import Image
from tests.media.codec.test_masks import RIGHT_HALF
from tests.media.delivery.serving import Doorman, serving
from tests.media.delivery.test_live import Player, watch
from tests.media.film_source import FilmSources
from tests.media.pictures import Film, encode, encoding

from ronda.base.errors import NotFound
from ronda.base.time import HZ_90K, SystemClock, format_rfc3339, parse_rfc3339
from ronda.media.codec.keyframe import Keyframe
from ronda.media.codec.masks import TONE_RGB
from ronda.media.delivery.app import media_app, open_services
from ronda.media.delivery.crowd import Crowd
from ronda.media.delivery.permission import ORIGINAL, Treatment
from ronda.media.stream import StreamSettings
from ronda.media.streams import Streams

BRIGHT = Film(light=90, pictures=50)
MASKED = Treatment(masks=RIGHT_HALF)


class Past:
    """An archive that has a bright picture of every moment up to a minute ago."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def keyframe_at(self, camera: str, utc_90k: int) -> Keyframe:
        self.asked.append(utc_90k)
        if camera != "gate" or utc_90k > SystemClock().utc_90k() - 60 * HZ_90K:
            raise NotFound("nothing is recorded then")
        return Keyframe(encoding(BRIGHT), encode(BRIGHT)[0].data, utc_90k, f"past-{utc_90k}")

    async def keyframe_before(self, camera: str, utc_90k: int) -> Keyframe:
        return await self.keyframe_at(camera, utc_90k)

    async def last_keyframe(self, camera: str) -> Keyframe:
        return await self.keyframe_at(camera, SystemClock().utc_90k() - 61 * HZ_90K)


class Place:
    """A server with one camera, `gate`, and how to look at it."""

    def __init__(self, host: str, doorman: Doorman, streams: Streams, past: Past) -> None:
        self.host = host
        self.doorman = doorman
        self.streams = streams
        self.past = past

    def live(self, query: str = "") -> websockets.connect:
        return websockets.connect(f"ws://{self.host}/gate/live{query}", max_size=None)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        async with httpx.AsyncClient(base_url=f"http://{self.host}") as http:
            return await http.get(path, **more)


@asynccontextmanager
async def place(
    treatment: Treatment, *, public: bool = True, most_derived: int = 1, crowd: Crowd | None = None
) -> AsyncIterator[Place]:
    async with Streams(SystemClock(), StreamSettings(linger_s=0.05)) as streams:
        for camera in ("gate", "yard"):
            streams.offer(camera, "main", FilmSources(BRIGHT, at_once=30))
        past, doorman = Past(), Doorman(public, treatment)
        with open_services(streams, past=past, most_derived=most_derived) as services:
            async with serving(media_app(streams, doorman, services=services, crowd=crowd)) as host:
                yield Place(host, doorman, streams, past)


def right_half(shown: np.ndarray) -> float:
    """How far the right half of a picture is from the tone of masks, at most."""
    return float(np.abs(shown.astype(int)[:, shown.shape[1] // 2 + 8 :] - TONE_RGB).max())


def still(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def worst(data: bytes) -> float:
    """Of all pictures of a video: the one that shows most of what is masked."""
    with av.open(io.BytesIO(data), "r") as container:
        return max(right_half(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0))


async def until_closed(connection: Any, seconds: float = 1.0) -> int:
    """Hear a socket out; return the code that it was closed with, which must come within a second."""
    async with asyncio.timeout(seconds):
        with pytest.raises(websockets.ConnectionClosed) as closed:
            while True:
                await connection.recv()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def first_stills(connection: Any, count: int) -> tuple[dict[str, Any], list[bytes]]:
    """Return what is said before moving stills, and the first of them; anything else in between fails."""
    said: dict[str, Any] = {}
    jpegs: list[bytes] = []
    async with asyncio.timeout(15):
        while len(jpegs) < count:
            message = await connection.recv()
            if isinstance(message, str):
                text = json.loads(message)
                assert text["type"] in ("state", "stills")
                said = text if text["type"] == "stills" else said
            else:
                assert said, "pictures came before it was said which"
                jpegs.append(message)
    return said, jpegs


async def test_the_test_sees_what_is_not_masked() -> None:
    async with place(ORIGINAL) as at:
        async with at.live() as connection:
            player = Player()
            await watch(connection, player, lambda player: player.fragments and len(player.fragments[0]) >= 4)
        assert worst(player.inits[0] + b"".join(player.fragments[0])) > 60
        assert right_half(still((await at.get("/gate/still.jpg")).content)) > 60


# Masks


async def test_live_is_painted_and_made_once_for_all() -> None:
    async with place(MASKED) as at:
        async with at.live("?profile=main&codecs=h264,h265") as one, at.live("?codecs=h264") as two:
            players = Player(), Player()
            for connection, player in zip((one, two), players, strict=True):
                await watch(connection, player, lambda player: player.fragments and len(player.fragments[0]) >= 6, 20)
            assert len(at.streams.derived) == 1
            assert at.streams.derived[0].viewers == 2
        for player in players:
            assert worst(player.inits[0] + b"".join(player.fragments[0])) <= 12
            assert player.of("init")[0]["profile"].startswith("main-h264-")


@pytest.mark.parametrize(
    ("query", "most_derived", "code"), [("?codecs=h264", 0, "masks-busy"), ("?codecs=h265", 1, "masks-unplayable")]
)
async def test_where_video_cannot_be_painted_stills_are(query: str, most_derived: int, code: str) -> None:
    async with place(MASKED, most_derived=most_derived) as at, at.live(query) as connection:
        said, jpegs = await first_stills(connection, 2)
        assert said["code"] == code
        assert said["reason"].endswith(".")
        assert all(right_half(still(jpeg)) <= 12 for jpeg in jpegs)
        at.doorman.permits[0].revoked = True
        assert await until_closed(connection) == 4403


async def test_a_converter_that_is_taken_is_not_shared_with_others() -> None:
    async with place(MASKED) as at, at.live() as connection:
        await watch(connection, Player(), lambda player: player.inits, 20)
        at.doorman.treatment = ORIGINAL
        async with websockets.connect(f"ws://{at.host}/gate/live?codecs=h264", max_size=None) as other:
            player = Player()
            await watch(other, player, lambda player: player.fragments and player.fragments[0])
        assert player.of("init")[0]["profile"] == "main"
        assert worst(player.inits[0] + b"".join(player.fragments[0])) > 60


@pytest.mark.parametrize("path", ["/gate/still.jpg", "/gate/still.webp?width=320"])
async def test_stills_are_painted_for_whom_they_must_be(path: str) -> None:
    async with place(ORIGINAL, public=False) as at:
        whole = await at.get(path)
        at.doorman.treatment, at.doorman.public = MASKED, True
        masked = await at.get(path, headers={"If-None-Match": whole.headers["etag"]})
        assert masked.status_code == 200, "the whole still's tag must not stand for the masked one"
        at.doorman.treatment, at.doorman.public = ORIGINAL, False
        again = await at.get(path)
    assert right_half(still(whole.content)) > 60
    assert right_half(still(masked.content)) <= 12
    assert right_half(still(again.content)) > 60


async def test_other_masks_come_into_force_at_once() -> None:
    async with place(Treatment(masks=(((0.0, 0.0), (0.1, 0.0), (0.1, 0.1)),))) as at:
        assert right_half(still((await at.get("/gate/still.jpg")).content)) > 60
        at.doorman.treatment = MASKED
        assert right_half(still((await at.get("/gate/still.jpg")).content)) <= 12


async def test_stills_of_the_past_are_painted() -> None:
    async with place(MASKED) as at:
        answer = await at.get("/gate/still.jpg?at=2026-11-21T19:15:00Z")
    assert right_half(still(answer.content)) <= 12


async def test_hls_names_painted_pieces_alone() -> None:
    async with place(MASKED) as at, asyncio.timeout(30):
        listed = await at.get("/gate/live.m3u8", timeout=20)
        assert listed.status_code == 200
        names = [line for line in listed.text.splitlines() if line.endswith(".m4s")]
        init = next(line.split('"')[1] for line in listed.text.splitlines() if "EXT-X-MAP" in line)
        pieces = [(await at.get(f"/gate/{name}")).content for name in (init, names[0])]
        assert worst(b"".join(pieces)) <= 12
        at.doorman.treatment = ORIGINAL
        assert (await at.get(f"/gate/{names[0]}")).status_code == 404
        whole = await at.get("/gate/live.m3u8", timeout=20)
        piece = next(line for line in whole.text.splitlines() if line.endswith(".m4s"))
        assert (await at.get(f"/gate/{piece}")).status_code == 200
        at.doorman.treatment = MASKED
        assert (await at.get(f"/gate/{piece}")).status_code == 404, "the whole stream's pieces are not for the public"


async def test_hls_without_a_converter_is_refused() -> None:
    async with place(MASKED, most_derived=0) as at:
        answer = await at.get("/gate/live.m3u8")
    assert answer.status_code == 503
    assert "covered" in answer.json()["detail"]
    assert "still" in answer.json()["mend"]


# No live at all


@pytest.mark.parametrize(
    ("treatment", "code"),
    [
        (Treatment(stills_only=True), "stills-only"),
        (Treatment(without_people=True, stills_only=True), "without-people"),
        (Treatment(delay_s=300), "delayed"),
    ],
)
async def test_nothing_is_live_where_nothing_may_be(treatment: Treatment, code: str) -> None:
    async with place(treatment) as at:
        async with at.live() as connection:
            said = json.loads(await connection.recv())
            assert (said["type"], said["code"]) == ("fallback", code)
            assert said["reason"].endswith(".")
            assert await until_closed(connection) == 4406
        answer = await at.get("/gate/live.m3u8")
        assert answer.status_code == 403
        assert "still" in answer.json()["mend"]
        for piece in ("/gate/live/main/x.m4s", "/gate/live/main/x.mp4"):
            assert (await at.get(piece)).status_code == 403
        assert not any(stream.active for stream in at.streams)


async def test_the_past_is_as_late_as_the_present() -> None:
    async with place(Treatment(delay_s=300, masks=RIGHT_HALF)) as at:
        answer = await at.get("/gate/still.jpg")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=5"
        assert right_half(still(answer.content)) <= 12
        now_90k = SystemClock().utc_90k()
        late_s = (now_90k - parse_rfc3339(answer.headers["ronda-picture-time"])) / HZ_90K
        assert 300 <= late_s < 310
        assert not any(stream.active for stream in at.streams), "nothing is pulled for it"
        for late_s, status in ((290, 403), (400, 200)):
            moment = SystemClock().utc_90k() - late_s * HZ_90K
            query = {"at": format_rfc3339(moment)}
            assert (await at.get("/gate/still.jpg", params=query)).status_code == status


async def test_late_and_not_recorded_says_so() -> None:
    async with place(Treatment(delay_s=300)) as at:
        answer = await at.get("/yard/still.jpg")
    assert answer.status_code == 404
    assert "5 minutes late" in answer.json()["detail"]


async def test_of_a_camera_shown_in_stills_there_is_no_past() -> None:
    for treatment in (Treatment(stills_only=True), Treatment(without_people=True)):
        async with place(treatment) as at:
            assert (await at.get("/gate/still.jpg?at=2026-11-21T19:15:00Z")).status_code == 403
            assert not at.past.asked


async def test_without_people_is_made_of_recorded_pictures_or_waited_for() -> None:
    async with place(Treatment(without_people=True, stills_only=True)) as at:
        shown = await at.get("/gate/still.jpg?width=320")
        assert shown.status_code == 503, "two of nine moments lie in the last minute, of which nothing is recorded"
        assert shown.headers["cache-control"] == "no-store"
        assert 1 <= int(shown.headers["retry-after"]) <= 90
        assert shown.json()["state"] == "collecting"
        assert shown.json()["needed"] == 9
        assert 0 < shown.json()["collected"] < 9
        assert shown.headers["content-type"] == "application/problem+json"
        nothing = await at.get("/yard/still.jpg")
        assert nothing.json()["collected"] == 0


async def test_without_people_and_late_at_once_cannot_be_done_and_is_not() -> None:
    async with place(Treatment(without_people=True, delay_s=60)) as at:
        assert (await at.get("/gate/still.jpg")).status_code == 403


# Withdrawn, changed, crowded


async def test_painted_video_ends_with_the_permission() -> None:
    async with place(MASKED) as at, at.live() as connection:
        await watch(connection, Player(), lambda player: player.inits, 20)
        at.doorman.permits[0].revoked = True
        assert await until_closed(connection) == 4403


async def test_another_treatment_lets_the_player_come_again() -> None:
    async with place(ORIGINAL) as at, at.live() as connection:
        await watch(connection, Player(), lambda player: player.inits)
        at.doorman.permits[0].treatment = MASKED
        assert await until_closed(connection) == 1012


async def test_a_still_that_was_withdrawn_while_it_was_made_is_not_sent() -> None:
    class Fickle(Doorman):
        async def __call__(self, ask: Any) -> Any:
            permit = await super().__call__(ask)
            asyncio.get_running_loop().call_soon(setattr, permit, "revoked", True)
            return permit

    async with Streams(SystemClock()) as streams:
        streams.offer("gate", "main", FilmSources(BRIGHT, at_once=30))
        with open_services(streams) as services:
            async with serving(media_app(streams, Fickle(True), services=services)) as host:
                async with httpx.AsyncClient(base_url=f"http://{host}") as http:
                    answer = await http.get("/gate/still.jpg")
    assert answer.status_code == 503
    assert not answer.content


async def test_residents_beyond_the_crowd_are_told_and_others_are_not() -> None:
    crowd = Crowd(1)
    async with place(ORIGINAL, crowd=crowd) as at:
        async with at.live() as first:
            await watch(first, Player(), lambda player: player.inits)
            async with at.live() as second:
                said = json.loads(await second.recv())
                assert (said["type"], said["code"]) == ("fallback", "crowded")
                assert await until_closed(second) == 4406
            assert (crowd.open, crowd.refused) == (1, 1)
            at.doorman.public = False
            async with at.live() as third:
                await watch(third, Player(), lambda player: player.inits)
    assert crowd.open == 0
