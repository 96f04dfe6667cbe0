"""Masks that move: where they are between key moments, and that doubt hides rather than shows."""

from ronda.media.codec.moving_masks import Corners, MovingMasks, MovingShape

LEFT: Corners = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
RIGHT: Corners = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
THREE: Corners = RIGHT[:3]
ALWAYS: Corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.25), (0.0, 0.25))


def test_a_shape_moves_evenly_and_stands_still_before_and_after() -> None:
    shape = MovingShape(0, 100, ((20, LEFT), (40, RIGHT)))
    assert shape.hidden_at(0) == shape.hidden_at(20) == (LEFT,)
    assert shape.hidden_at(30)[0][0] == (0.25, 0.0)
    assert shape.hidden_at(40) == shape.hidden_at(99) == (RIGHT,)
    assert shape.hidden_at(-1) == shape.hidden_at(100) == shape.shown_at(100) == ()


def test_what_cannot_be_followed_hides_both_and_shows_only_where_it_was() -> None:
    shape = MovingShape(0, 100, ((20, LEFT), (40, THREE)))
    assert shape.hidden_at(30) == (LEFT, THREE)
    assert shape.shown_at(30) == (LEFT,)


def test_hiding_wins_and_the_cameras_own_masks_always_hide() -> None:
    shown = MovingShape(0, 100, ((0, LEFT),))
    masks = MovingMasks(hidden=(MovingShape(50, 100, ((50, LEFT),)),), shown=(shown,), always=(ALWAYS,))
    cover = masks.cover()
    early = cover(10, 40, 40)
    assert early[:, 22:].all()
    assert early[:10].all()
    assert not early[14:, :18].any()
    assert cover(60, 40, 40).all()


def test_where_nobody_is_shown_nothing_is() -> None:
    assert MovingMasks(shown=()).cover()(0, 40, 40).all()
    assert not MovingMasks().cover()(0, 40, 40).any()
    nowhere = MovingShape(0, 100, ((0, ((0.0, 0.0), (1.0, 1.0))),))
    assert MovingMasks(shown=(nowhere,)).cover()(0, 40, 40).all()
    assert MovingMasks(hidden=(nowhere,)).cover()(0, 40, 40).all()


def test_a_pixel_that_is_shown_in_part_is_not_shown() -> None:
    area = MovingMasks(shown=(MovingShape(0, 1, ((0, LEFT),)),)).cover()(0, 41, 40)
    assert area[:, 19:].all()
    assert not area[:, :18].any()
