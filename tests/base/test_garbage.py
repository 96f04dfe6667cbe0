"""What is there to stay is looked at no more, and freed all the same when nobody refers to it."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from ronda.base import garbage


class Thing:
    pass


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_nothing_is_collected_meanwhile_and_what_was_made_is_kept() -> None:
    before = gc.get_freeze_count()
    with garbage.uncollected():
        assert not gc.isenabled()
        things = [Thing() for _ in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + 1000
    gone = weakref.ref(things[0])
    things.clear()
    assert gone() is None


def test_an_error_on_the_way_leaves_the_collector_as_it_was() -> None:
    with pytest.raises(ValueError, match="oh"), garbage.uncollected():
        raise ValueError("oh")
    assert gc.isenabled()


def test_only_what_is_young_is_collected_while_a_server_goes_on() -> None:
    gc.unfreeze()
    before = gc.get_threshold()
    with garbage.only_young():
        with garbage.only_young():
            assert gc.get_threshold()[:2] == before[:2]
        old = gc.get_stats()[2]["collections"]
        kept = [[Thing()] for _ in range(200_000)]
        young = weakref.ref(_in_a_circle())
        _ = [[Thing()] for _ in range(20_000)]
        assert young() is None
        assert gc.get_stats()[2]["collections"] == old
        garbage.keep()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() >= len(kept)


def _in_a_circle() -> Thing:
    thing = Thing()
    thing.__dict__["self"] = thing
    return thing
