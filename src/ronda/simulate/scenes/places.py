"""Every kind of place by its name."""

from collections.abc import Callable
from typing import Final

from ronda.simulate.scenes.canal import canal
from ronda.simulate.scenes.crossing import crossing
from ronda.simulate.scenes.film import Scene
from ronda.simulate.scenes.gang import gang
from ronda.simulate.scenes.market import market
from ronda.simulate.scenes.road import road
from ronda.simulate.scenes.site import Look
from ronda.simulate.scenes.tower import tower
from ronda.simulate.scenes.yard import office, parking

PLACES: Final[dict[str, Callable[[Look], Scene]]] = {
    "road": road,
    "gang": gang,
    "market": market,
    "river": canal,
    "crossing": crossing,
    "parking": parking,
    "tower": tower,
    "office": office,
}
