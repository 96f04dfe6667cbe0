"""What is marked on recorded footage is followed there, in both directions of time, and told as key moments."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.archive.footage import new_run, slowly
from tests.media.pictures import Film

from ronda.archive import Archive, VolumeSettings
from ronda.archive.errors import NoFootage
from ronda.base.errors import BadInput
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.copies import FollowedWay, FollowThing
from ronda.node.ordered.copying import Tools
from ronda.node.ordered.following import check_asked, follow

FILM = Film(width=640, height=360, bitrate=600_000, light=90)
RECORDED_S = 20
START_90K = (SystemClock().utc_90k() // HZ_90K - 600) * HZ_90K
PLACE = ((0.4, 0.3), (0.6, 0.3), (0.6, 0.7), (0.4, 0.7))


@dataclass
class Node:
    tools: Tools

    async def way(self, asked: FollowThing) -> list[FollowedWay]:
        """Follow, and return every step."""
        return [step async for step in follow(self.tools, "gate", START_90K, asked)]


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    codec = Pool("codec", 1)
    async with Archive([VolumeSettings(tmp_path / "archive")], SystemClock()) as archive:
        run = new_run("gate", start_90k=START_90K, film=FILM)
        await archive.import_run(run, slowly(run, RECORDED_S, FILM))
        yield Node(Tools(archive, codec, lambda _: "main"))
    codec.close()


@pytest.mark.parametrize(("at_s", "to_s"), [(2.0, 16.0), (16.0, 2.0)], ids=["forwards", "backwards"])
async def test_it_is_followed_to_the_moment_that_is_asked_for(node: Node, at_s: float, to_s: float) -> None:
    *steps, last = await node.way(FollowThing(at_s=at_s, to_s=to_s, corners=PLACE))
    assert all(not step.ended for step in steps)
    reached = [abs(step.reached_s - at_s) for step in steps]
    assert reached == sorted(reached)
    assert last.ended in ("reached", "lost", "left"), last
    moments = [key.at_s for key in last.keys]
    assert moments == sorted(set(moments))
    assert abs((moments[0] if to_s > at_s else moments[-1]) - at_s) < 0.1
    assert all(len(key.corners) == len(PLACE) for key in last.keys)
    if last.ended == "reached":
        assert abs(last.reached_s - to_s) < 0.2


async def test_footage_that_ends_is_said(node: Node) -> None:
    last = (await node.way(FollowThing(at_s=15, to_s=60, corners=PLACE)))[-1]
    assert last.ended in ("unrecorded", "lost", "left")
    with pytest.raises(NoFootage):
        await node.way(FollowThing(at_s=100, to_s=120, corners=PLACE))


@pytest.mark.parametrize(
    "asked",
    [
        FollowThing(at_s=2, to_s=2, corners=PLACE),
        FollowThing(at_s=2, to_s=3, corners=((0.5, 0.5), (0.501, 0.5), (0.501, 0.7))),
    ],
    ids=["no time", "no room"],
)
def test_what_cannot_be_followed_is_refused(asked: FollowThing) -> None:
    with pytest.raises(BadInput):
        check_asked(asked)
