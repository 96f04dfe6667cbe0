"""How long a picture takes through the node, measured at pictures that a decoder can start with.

Module state: one histogram that belongs to no registry until `register_stages`. Observing is safe on any thread.
"""

from typing import Final

from prometheus_client import CollectorRegistry, Histogram

_STAGE_S: Final = Histogram(
    "ronda_stage_seconds",
    "From the arrival of a fragment's last picture until it was packaged, written, handed to a viewer's socket",
    ["stage"],
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 10.0),
    registry=None,
)
PACKAGED: Final = _STAGE_S.labels("package")
WRITTEN: Final = _STAGE_S.labels("write")
DELIVERED: Final = _STAGE_S.labels("deliver")


def register_stages(registry: CollectorRegistry) -> None:
    """Report the stages through `registry`."""
    registry.register(_STAGE_S)
