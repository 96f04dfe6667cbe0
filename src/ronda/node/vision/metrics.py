"""The numbers of a node's eyes for Prometheus, read when somebody asks."""

from math import inf
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ronda.base.metrics import QueueMetrics
from ronda.node.vision.process import MOST_UNSENT, totals
from ronda.node.vision.vision import Vision

_COUNTED: Final = {
    "decoded": "Pictures decoded for eyes",
    "looked": "Pictures that an eye has looked at",
    "swept": "Pictures of sweeps that were looked at",
    "bad": "Pictures that could not be decoded",
    "failures": "Errors inside Ronda while looking",
    "decode_s": "Seconds spent in decoding for eyes",
    "look_s": "Seconds that eyes have looked",
}


class VisionMetrics(Collector):
    """Sums over the workers; no label per camera, there may be thousands."""

    def __init__(self, vision: Vision) -> None:
        self._vision = vision

    def collect(self) -> list[Metric]:
        """Read everything now."""
        vision = self._vision
        numbers = totals(vision.workers)
        numbers = numbers.model_copy(update={"failures": numbers.failures + vision.failures})
        found: list[Metric] = [
            CounterMetricFamily(f"ronda_vision_{_named(name)}", text, value=getattr(numbers, name))
            for name, text in _COUNTED.items()
        ]
        sent = sum(worker.counted.sent for worker in vision.workers)
        restarts = sum(worker.counted.restarts for worker in vision.workers)
        found += [
            CounterMetricFamily("ronda_vision_fed", "Coded pictures given to vision workers", value=sent),
            CounterMetricFamily("ronda_vision_restarts", "Vision workers started again", value=restarts),
            CounterMetricFamily("ronda_vision_sweep_failures", "Cameras without a picture", value=vision.sweep.failed),
            GaugeMetricFamily("ronda_vision_cameras", "Cameras that are watched or counted", value=vision.fed),
            GaugeMetricFamily("ronda_vision_swept_cameras", "Cameras that are swept", value=vision.sweep.cameras),
            GaugeMetricFamily("ronda_vision_gaps", "Cameras not looked at though they should be", value=vision.gaps),
            GaugeMetricFamily("ronda_vision_sweep_late_seconds", "How late the sweep is", value=vision.sweep.late_s),
            GaugeMetricFamily("ronda_vision_resident_bytes", "Memory of the workers", value=numbers.resident_bytes),
            GaugeMetricFamily("ronda_vision_kept_bytes", "Pictures kept", value=vision.sightings.bytes_held),
        ]
        return found


def register_vision_queues(vision: Vision, queues: QueueMetrics) -> None:
    """Report the bounded queues on the way to the workers and back."""
    workers, outbox, sightings = vision.workers, vision.outbox, vision.sightings
    queues.add(
        "vision_bytes",
        lambda: sum(worker.unsent for worker in workers),
        lambda: sum(worker.counted.refused for worker in workers),
        MOST_UNSENT * len(workers),
    )
    queues.add("vision_pictures", lambda: totals(workers).waiting, lambda: totals(workers).dropped, inf)
    queues.add("observations", lambda: outbox.waiting, lambda: outbox.dropped, outbox.limit)
    queues.add_pool(sightings.pool)
    queues.add_pool(vision.views.pool)
    queues.add_pool(vision.outbox.backlog.pool)
    queues.add_pool(vision.eyes.pool)
    queues.add("sightings", lambda: sightings.pool.depth, lambda: sightings.dropped, sightings.pool.limit)


def _named(name: str) -> str:
    """Return a counter's name; Prometheus writes units out."""
    return f"{name.removesuffix('_s')}_seconds" if name.endswith("_s") else name
