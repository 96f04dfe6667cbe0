"""A board's links, without anything around it."""

import pytest

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K
from ronda.evidence.traces.trace import Point, Said, Trace, TraceKind, TraceLinkState, note_of, title_of


def point(id: str, seconds: float, lat: float | None = -6.984) -> Point:
    lon = None if lat is None else 110.37
    at_90k = round(seconds * HZ_90K)
    return Point(id, "t", "gate", at_90k, lat, lon, "", "", "", None, "", "siti", 0)


def trace(*points: Point, **said: Said) -> Trace:
    known = {(key[0], key[1]): value for key, value in said.items()}
    return Trace("t", "2026-0001", "x", TraceKind.VEHICLE, "siti", 0, said=known).with_points(points)


def test_each_point_is_linked_with_the_next_in_time_whatever_order_they_came_in() -> None:
    links = trace(point("c", 90), point("a", 0), point("b", 30, -6.981)).links
    assert [(one.begin, one.end, one.state.value) for one in links] == [("a", "b", "proposed"), ("b", "c", "proposed")]
    assert links[0].distance_m == pytest.approx(331.7, abs=0.5)
    assert links[0].kmh == pytest.approx(39.8, abs=0.1)
    assert trace(point("a", 0)).links == trace().links == []


def test_a_speed_is_told_only_where_it_says_something() -> None:
    here, unknown, at_once = point("a", 0), point("b", 30, None), point("c", 30.5, -6.981)
    assert [(one.distance_m, one.kmh) for one in trace(here, unknown).links] == [(None, None)]
    assert [one.kmh for one in trace(here, point("b", 60)).links] == [None]  # the same pole
    assert [one.kmh for one in trace(point("a", 30), at_once).links] == [None]


def test_what_was_said_holds_for_these_two_points_also_when_one_came_between_and_went() -> None:
    said = Said(TraceLinkState.CONFIRMED, "", "siti", 5)
    first, last = point("a", 0), point("c", 60)
    assert trace(first, last, ac=said).links[0].state is TraceLinkState.CONFIRMED
    assert {one.state for one in trace(first, point("b", 30), last, ac=said).links} == {TraceLinkState.PROPOSED}


def test_titles_and_notes_are_kept_in_one_line() -> None:
    assert title_of("  Beat \n hitam ") == "Beat hitam"
    assert note_of("a\x00b\nc") == "a b c"
    for bad in ("", " ", "x" * 201):
        with pytest.raises(BadInput):
            title_of(bad)
    with pytest.raises(BadInput):
        note_of("x" * 501)
