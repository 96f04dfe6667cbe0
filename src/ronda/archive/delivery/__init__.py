"""How footage leaves: playback over WebSocket, clips, playlists, stills of the past.

`archive_routes` returns the routes that a node mounts beside its live ones.
"""

from ronda.archive.delivery.routes import archive_routes

__all__ = ["archive_routes"]
