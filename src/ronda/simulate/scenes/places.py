"""Every kind of place by its name."""

from collections.abc import Callable
from typing import Final

from ronda.simulate.scenes.crossing import crossing
from ronda.simulate.scenes.film import Scene
from ronda.simulate.scenes.gang import gang
from ronda.simulate.scenes.market import market
from ronda.simulate.scenes.road import road
from ronda.simulate.scenes.site import Look

PLACES: Final[dict[str, Callable[[Look], Scene]]] = {
    "road": road,
    "gang": gang,
    "market": market,
    "river": road,
    "crossing": crossing,
    "parking": crossing,
    "tower": road,
    "office": gang,
}
