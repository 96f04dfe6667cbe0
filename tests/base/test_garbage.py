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
