"""The analytics that there are: by the name under which a configuration lists their rules. One line each."""

from collections.abc import Mapping
from typing import Final

from ronda.vision.analytics.counting import CountingRule
from ronda.vision.analytics.crowd import CrowdRule
from ronda.vision.analytics.flood import FloodRule
from ronda.vision.analytics.litter import LitterRule
from ronda.vision.analytics.masks import MaskRule
from ronda.vision.analytics.night import NightRule
from ronda.vision.analytics.parking import ParkingRule
from ronda.vision.analytics.rule import Rule

RULES: Final[Mapping[str, type[Rule]]] = {
    "counting": CountingRule,
    "parking": ParkingRule,
    "crowd": CrowdRule,
    "litter": LitterRule,
    "flood": FloodRule,
    "night": NightRule,
    "masks": MaskRule,
}
