"""Why a camera has no picture for a stretch of time."""

from enum import StrEnum


class GapCause(StrEnum):
    """The cause of a gap; the archive's journal and the timeline carry these words."""

    UNREACHABLE = "unreachable"
    CREDENTIALS = "credentials"
    SILENT = "silent"
    DISK_FULL = "disk-full"
    DISK_SLOW = "disk-slow"
    DISK_FAILED = "disk-failed"
    NODE_STOPPED = "node-stopped"
    SCHEDULE = "schedule"
    RETENTION = "retention"
    ORDER = "deleted-by-order"
    UNKNOWN = "unknown"


class SourceState(StrEnum):
    """What a source is doing now."""

    IDLE = "idle"
    CONNECTING = "connecting"
    RUNNING = "running"
    SILENT = "silent"
    BACKING_OFF = "backing-off"
    REFUSED = "refused"
    BUSY = "busy"
