"""A node's numbers for Prometheus, read when somebody asks."""

from collections import Counter
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ronda.archive.archive import Archive
from ronda.archive.volume import Volume
from ronda.base.causes import SourceState
from ronda.base.metrics import QueueMetrics
from ronda.media.streams import Streams
from ronda.node.roster import Roster, totals

_SOURCE_COUNTERS: Final = {
    "pictures": "Pictures received",
    "received_bytes": "Bytes received",
    "packets": "Packets received",
    "lost_packets": "Packets that never came",
    "bad_packets": "Packets or bytes that were not understood",
    "reconnects": "Connections after the first",
}
_ARCHIVE_COUNTERS: Final = {
    "written_bytes": "Bytes written",
    "written_fragments": "Fragments written",
    "dropped_fragments": "Fragments not recorded because the disk was slow or refused",
    "closed_segments": "Files finished",
    "deleted_segments": "Files deleted by age or quota",
    "deleted_bytes": "Their bytes",
    "disk_errors": "Errors of the disk",
    "unforeseen_errors": "Errors of the writer itself",
    "syncs": "Times the volume was forced to disk",
}


def register_intake(queues: QueueMetrics, volume: Volume) -> None:
    """Report what waits for a volume's writer."""
    intake, counters = volume.intake, volume.counters
    name = f"archive_bytes_{volume.folder.name}"
    queues.add(name, lambda: intake.bytes, lambda: counters.dropped_fragments, intake.limit_bytes)


class NodeMetrics(Collector):
    """Sums over the node's streams and volumes; no label per camera, there may be thousands."""

    def __init__(self, streams: Streams, archive: Archive, roster: Roster) -> None:
        self._streams = streams
        self._archive = archive
        self._roster = roster

    def collect(self) -> list[Metric]:
        """Read everything now."""
        return [*self._of_streams(), *self._of_archive()]

    def _of_streams(self) -> list[Metric]:
        streams = list(self._streams)
        states = GaugeMetricFamily("ronda_streams", "Streams of awake cameras by state", labels=["state"])
        counted = Counter(stream.state_now for stream in streams)
        for state in SourceState:
            states.add_metric([state.value], counted[state])
        failures = self._roster.failures + sum(s.failures for s in streams)
        found: list[Metric] = [
            GaugeMetricFamily("ronda_cameras", "Cameras of this node", value=len(self._roster)),
            GaugeMetricFamily(
                "ronda_cameras_awake", "Cameras that are recorded or asked for", value=len(self._roster.all_awake)
            ),
            states,
            GaugeMetricFamily(
                "ronda_gop_bytes", "Bytes held for joining viewers", value=sum(s.bytes_held for s in streams)
            ),
            CounterMetricFamily("ronda_stream_failures", "Errors inside Ronda", value=failures),
        ]
        for name, total in totals(self._streams, self._roster).items():
            found.append(CounterMetricFamily(f"ronda_source_{name}", _SOURCE_COUNTERS[name], value=total))
        return found

    def _of_archive(self) -> list[Metric]:
        counters = {
            name: CounterMetricFamily(f"ronda_archive_{name}", text, labels=["volume"])
            for name, text in _ARCHIVE_COUNTERS.items()
        }
        slowest = {
            "batch": GaugeMetricFamily("ronda_archive_slowest_batch_ms", "Longest write batch", labels=["volume"]),
            "sync": GaugeMetricFamily("ronda_archive_slowest_sync_ms", "Longest sync", labels=["volume"]),
        }
        for volume in self._archive.volumes:
            label = [volume.folder.name]
            for name, gauge in slowest.items():
                gauge.add_metric(label, getattr(volume.counters, f"slowest_{name}_ms"))
            for name, family in counters.items():
                family.add_metric(label, getattr(volume.counters, name))
        return [*slowest.values(), *counters.values()]
