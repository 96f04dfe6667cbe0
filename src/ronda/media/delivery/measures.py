"""What the delivery side counts, for `/metrics`; they belong to no registry until `register_measures`."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

VIEWERS: Final = Gauge("ronda_live_viewers", "Open live sockets", ["kind"], registry=None)
SKIPPED_PICTURES: Final = Counter(
    "ronda_live_skipped_pictures", "Pictures that slow viewers jumped over", registry=None
)
STUCK_VIEWERS: Final = Counter(
    "ronda_live_stuck_viewers", "Media sockets ended because their reader took nothing", registry=None
)
VIEWER_LAG: Final = Histogram(
    "ronda_live_viewer_lag_seconds",
    "Distance from the live edge as players measure it",
    buckets=(0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 5, 10, 30),
    registry=None,
)


def register_measures(registry: CollectorRegistry) -> None:
    """Report these through `registry`."""
    for measure in (VIEWERS, SKIPPED_PICTURES, STUCK_VIEWERS, VIEWER_LAG):
        registry.register(measure)
