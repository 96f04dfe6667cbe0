"""Ten thousand who ask cost as much as one; what they are told is bounded, and renewed."""

import asyncio

import pytest
from tests.media.hand_clock import HandClock

from ronda.base.errors import NotFound
from ronda.media.codec.keyframe import StillFormat
from ronda.media.codec.stills import Still
from ronda.media.delivery.permission import ORIGINAL, Treatment
from ronda.media.delivery.treated import Asked, SharedStills


class Maker:
    """Counts what is made; `gone` cameras have no picture."""

    def __init__(self) -> None:
        self.made = 0

    async def __call__(self, asked: Asked) -> Still:
        self.made += 1
        await asyncio.sleep(0)
        if asked.camera == "gone":
            raise NotFound("there has been no picture")
        return Still(bytes(1_000), asked.kind, 0, f"{asked.camera}-{self.made}")


def asked(camera: str = "gate", treatment: Treatment = ORIGINAL) -> Asked:
    return Asked(camera, 320, StillFormat.JPEG, treatment)


async def test_a_crowd_is_answered_with_one() -> None:
    maker, clock = Maker(), HandClock()
    shared = SharedStills(maker, clock)
    crowd = await asyncio.gather(*(shared.latest(asked()) for _ in range(2_000)))
    crowd += [await shared.latest(asked()) for _ in range(2_000)]
    assert maker.made == 1
    assert {still.key for still in crowd} == {"gate-1"}
    clock.advance(3.1)
    assert (await shared.latest(asked())).key == "gate-2"


async def test_an_error_is_an_answer_for_a_moment() -> None:
    maker, clock = Maker(), HandClock()
    shared = SharedStills(maker, clock)
    for _ in range(100):
        with pytest.raises(NotFound):
            await shared.latest(asked("gone"))
    assert maker.made == 1
    clock.advance(1.1)
    with pytest.raises(NotFound):
        await shared.latest(asked("gone"))
    assert maker.made == 2


async def test_another_treatment_is_another_answer() -> None:
    shared = SharedStills(Maker(), HandClock())
    masked = Treatment(masks=(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),))
    assert (await shared.latest(asked())).key != (await shared.latest(asked(treatment=masked))).key


async def test_answers_take_only_so_much_room() -> None:
    maker = Maker()
    few, small = SharedStills(maker, HandClock(), most=10), SharedStills(maker, HandClock(), most_bytes=10_000)
    for shared in (few, small):
        for number in range(40):
            await shared.latest(asked(f"camera-{number}"))
        assert len(shared._answers) == 10
        assert shared._bytes == 10_000
