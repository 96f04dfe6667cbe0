"""A node's own ASGI application: live, stills, the past."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from ronda.archive.delivery.playback import StillMaker
from ronda.archive.delivery.routes import archive_routes
from ronda.archive.reading.cursor import Played
from ronda.base.metrics import QueueMetrics
from ronda.media.codec.keyframe import Keyframe, StillFormat
from ronda.media.codec.masks import Masks
from ronda.media.codec.stills import Stills
from ronda.media.delivery.app import media_app, open_services
from ronda.media.delivery.crowd import Crowd
from ronda.media.delivery.permission import Authorise
from ronda.media.delivery.push import push_route
from ronda.node.devices import device_still_route
from ronda.node.examining.doors import examination_route
from ronda.node.fetching.stick_route import stick_route
from ronda.node.ordered.copy_routes import CopyDoors, copy_routes
from ronda.node.ordered.export_routes import ExportDoors, export_routes
from ronda.node.viewers import ViewerLimit
from ronda.node.vision.routes import sighting_route

if TYPE_CHECKING:
    from ronda.node.node import Node


class RecordedPictures:
    """Pictures of the past, out of the profile that is recorded."""

    def __init__(self, node: "Node") -> None:
        self._node = node

    async def keyframe_at(self, camera: str, utc_90k: int) -> Keyframe:
        """Return the keyframe that is shown at or last before a moment.

        Raises:
            NotFound: Nothing was recorded then.
        """
        profile = self._node.recorded_profile(camera)
        return _keyframe(await self._node.archive.keyframe_at(camera, profile, utc_90k))

    async def keyframe_before(self, camera: str, utc_90k: int) -> Keyframe:
        """Return the newest keyframe that is recorded at or before a moment, however long before.

        Raises:
            NotFound: Nothing is.
        """
        profile = self._node.recorded_profile(camera)
        return _keyframe(await self._node.archive.keyframe_before(camera, profile, utc_90k))

    async def last_keyframe(self, camera: str) -> Keyframe:
        """Return the newest keyframe that is recorded.

        Raises:
            NotFound: Nothing is.
        """
        return _keyframe(await self._node.archive.last_keyframe(camera, self._node.recorded_profile(camera)))


def _keyframe(played: Played) -> Keyframe:
    first = played.samples[0]
    return Keyframe(
        encoding=played.encoding,
        data=played.payload[: first.size],
        utc_90k=played.start_90k + first.composition_offset_90k,
        key=f"{played.run}-{played.start_90k}",
    )


@contextmanager
def open_media(node: "Node", authorise: Authorise, queues: QueueMetrics) -> Iterator[ASGIApp]:
    """Yield the application that is mounted at `/media`; what decodes and encodes ends with the context."""
    settings = node.settings
    with open_services(
        node.streams,
        snapshot_url=node.snapshot_url,
        past=RecordedPictures(node),
        codec_threads=settings.codec_threads,
        most_derived=settings.derived,
    ) as services:
        maker = _still_maker(services.stills) if services.stills else None
        devices = push_route(node.streams, node.devices, authorise)
        crowd = Crowd(settings.public_viewers)
        past = archive_routes(node.archive, authorise, stills=maker, crowd=crowd, now_90k=node.streams.clock.utc_90k)
        copies = copy_routes(CopyDoors(node.copies, node.copy_tools, authorise))
        exports = export_routes(ExportDoors(node.exports, node.archive.pool, authorise))
        routes = [device_still_route(node.desk, authorise), *past, *copies, *exports, devices]
        routes.append(examination_route(node.examinations, authorise))
        routes.append(stick_route(node.stick, authorise, node.streams.clock.utc_90k))
        if node.vision is not None and services.codec is not None:
            routes.append(sighting_route(node.vision.sightings, authorise, services.codec))
        app = media_app(node.streams, authorise, services=services, crowd=crowd, routes=routes)
        viewers = ViewerLimit(app, settings.viewers)
        queues.add("public_viewers", lambda: crowd.open, lambda: crowd.refused, crowd.most)
        queues.add("viewers", lambda: viewers.open, lambda: viewers.refused, viewers.most)
        if services.codec is not None:
            queues.add_pool(services.codec)
        node.codec = services.codec
        try:
            yield viewers
        finally:
            node.codec = None


def _still_maker(stills: Stills) -> StillMaker:
    async def make(played: Played, width: int, masks: Masks) -> bytes:
        return (await stills.of_picture(_keyframe(played), width, StillFormat.JPEG, masks)).data

    return make
