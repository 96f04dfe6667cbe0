"""What the delivery side counts, for `/metrics`."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

VIEWERS: Final = Gauge("ronda_live_viewers", "Open live sockets", ["kind"])
SKIPPED_PICTURES: Final = Counter("ronda_live_skipped_pictures", "Pictures that slow viewers jumped over")
STUCK_VIEWERS: Final = Counter("ronda_live_stuck_viewers", "Live sockets ended because their reader took nothing")
VIEWER_LAG: Final = Histogram(
    "ronda_live_viewer_lag_seconds",
    "Distance from the live edge as players measure it",
    buckets=(0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 5, 10, 30),
)
