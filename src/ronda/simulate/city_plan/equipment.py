"""Recorders: two brands that stand for most, with the serial numbers of a simulation."""

from typing import Final

from ronda.city.recorder import Recorder
from ronda.simulate.city_plan.chance import between, weighted
from ronda.simulate.city_plan.draft import SiteDraft

_BRANDS: Final = {"Hikvision": 0.48, "Dahua": 0.32, "Uniview": 0.14, "Ronda": 0.06}
_MODELS: Final = {
    4: {"Hikvision": "DS-7104NI-Q1/M", "Dahua": "NVR1104HS-S3", "Uniview": "NVR301-04S3", "Ronda": "Kotak 4"},
    8: {"Hikvision": "DS-7108NI-Q1/M", "Dahua": "NVR1108HS-S3", "Uniview": "NVR301-08S3", "Ronda": "Kotak 8"},
}
_MOST: Final = 4


def recorder_of(site: SiteDraft) -> Recorder:
    """Return the recorder of a site: room for four, as the city buys them."""
    channels = _MOST if site.cameras <= _MOST else 2 * _MOST
    brand = weighted(_BRANDS, "brand", site.id)
    serial = f"SIM{between(0, 999_999_999, 'serial', site.id):09d}"
    return Recorder(
        f"{site.id}-nvr", site.id, brand, _MODELS[channels][brand], serial, channels, simulated=True
    )  # fmt: skip
