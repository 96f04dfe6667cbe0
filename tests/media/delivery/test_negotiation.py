"""What a player gets that cannot play what the camera sends: never a black rectangle."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import websockets
from PIL import Image
from tests.media.delivery.serving import Doorman, serving
from tests.media.delivery.test_live import Player, watch
from tests.media.film_source import FilmSources
from tests.media.pictures import Film

from ronda.base.pools import Pool
from ronda.base.time import SystemClock
from ronda.media.access_unit import Codec
from ronda.media.codec.derived import DerivedPictures
from ronda.media.delivery.app import MediaServices, media_app
from ronda.media.stream import StreamSettings
from ronda.media.streams import Streams

H265 = Film(codec=Codec.H265, pictures=50)


@asynccontextmanager
async def connected(query: str, *, sub: bool = False, most_derived: int = 1) -> AsyncIterator[Any]:
    with closing(Pool("codec", 2)) as pool:
        async with Streams(SystemClock(), StreamSettings(linger_s=0.05)) as streams:
            streams.offer("gate", "main", FilmSources(H265, at_once=30))
            if sub:
                streams.offer("gate", "sub", FilmSources(Film(pictures=50), at_once=30))
            pictures = DerivedPictures(streams, pool, most_derived)
            app = media_app(streams, Doorman(), services=MediaServices(pictures=pictures))
            async with serving(app) as host, websockets.connect(f"ws://{host}/gate/live{query}") as connection:
                yield connection


async def test_h265_goes_out_as_it_is_to_those_who_can() -> None:
    async with connected("?codecs=h264,h265") as connection:
        player = Player()
        await watch(connection, player, lambda player: player.fragments and player.fragments[0])
    assert 'codecs="hvc1.' in player.of("init")[0]["mime"]


async def test_the_sub_profile_replaces_what_cannot_be_played() -> None:
    async with connected("?codecs=h264", sub=True) as connection:
        player = Player()
        await watch(connection, player, lambda player: player.fragments and player.fragments[0])
    assert player.of("init")[0]["profile"] == "sub"
    assert player.of("init")[0]["codec"] == "h264"


async def test_without_a_sub_profile_one_is_derived() -> None:
    async with connected("?codecs=h264") as connection:
        player = Player()
        await watch(connection, player, lambda player: player.fragments and player.fragments[0], 20)
    assert player.of("init")[0]["profile"] == "main-h264"


async def test_a_browser_that_plays_nothing_gets_stills_and_one_sentence() -> None:
    for query, most in (("?codecs=", 1), ("?codecs=h264", 0)):
        async with connected(query, most_derived=most) as connection:
            texts: list[dict[str, Any]] = []
            jpegs: list[bytes] = []
            while len(jpegs) < 2:
                message = await connection.recv()
                if isinstance(message, str):
                    texts.append(json.loads(message))
                else:
                    jpegs.append(message)
        (stills,) = [text for text in texts if text["type"] == "stills"]
        assert stills["reason"].endswith(".")
        with Image.open(io.BytesIO(jpegs[0])) as image:
            assert image.size == (320, 180)
