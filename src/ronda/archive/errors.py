"""What the archive raises."""

from ronda.base.errors import Conflict, NotFound, StorageFailed


class FolderInUse(Conflict):
    """Another process has locked the volume."""


class NoFootage(NotFound):
    """Nothing is recorded in the range asked for."""


class VolumeFailed(StorageFailed):
    """A volume cannot be opened or written."""
