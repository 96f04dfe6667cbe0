"""Pictures for a case's board: what was recorded of a moment, or what an examination or an eye has of it."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ronda.base.errors import NotFound, RondaError
from ronda.base.identity import camera_id
from ronda.bus.examining import LARGEST_PICTURE, TakenPicture, WantPicture
from ronda.media.codec.keyframe import StillFormat, still_of_image
from ronda.media.codec.moving_masks import MovingMasks
from ronda.node.examining.orders import Examinations
from ronda.node.ordered.copying import Tools, masked_picture
from ronda.node.vision.routes import masked
from ronda.node.vision.sightings import Sightings, moment_of
from ronda.vision.worker.pictures import view_of

_WIDTHS: Final = (1280, 960, 640)
"""A picture that is too large at one width is made at the next."""


@dataclass(frozen=True, slots=True)
class BoardDoor:
    """Answers requests for pictures.

    Attributes:
        tools: Returns what pictures are made with.
        sightings: Pictures of what was seen; None where nothing is looked at.
        examinations: The node's examinations.
    """

    tools: Callable[[], Tools]
    sightings: Sightings | None
    examinations: Examinations

    async def picture(self, asked: WantPicture) -> TakenPicture:
        """Return a picture of a moment.

        Raises:
            NotFound: Nothing is recorded of it (any more), and nothing was seen.
            Busy: Too many pictures are being made.
            CannotDecode: It cannot be decoded.
        """
        camera = camera_id(asked.camera)
        if asked.examination:
            jpeg = await self.examinations.picture(asked.examination, camera, asked.n)
            return _taken(await self._small(jpeg), asked.at_90k)
        try:
            return await self._recorded(camera, asked)
        except RondaError:
            if not asked.sighting or self.sightings is None:
                raise
        return await self._seen(self.sightings, camera, asked)

    async def _recorded(self, camera: str, asked: WantPicture) -> TakenPicture:
        masks = MovingMasks(always=asked.masks)
        for width in _WIDTHS:
            jpeg, shown_90k = await masked_picture(self.tools(), camera, asked.at_90k, width, masks)
            if len(jpeg) <= LARGEST_PICTURE:
                return _taken(jpeg, shown_90k)
        raise NotFound("the picture of that moment is too large to be kept", "choose another moment")

    async def _seen(self, sightings: Sightings, camera: str, asked: WantPicture) -> TakenPicture:
        jpeg = await sightings.read(camera, asked.sighting)
        run = self.tools().codec.run
        view = await run(view_of, jpeg)
        if asked.masks:
            jpeg = await run(masked, jpeg, asked.masks)
        return _taken(await self._small(jpeg), moment_of(asked.sighting), view)

    async def _small(self, jpeg: bytes) -> bytes:
        if len(jpeg) <= LARGEST_PICTURE:
            return jpeg
        return await self.tools().codec.run(still_of_image, jpeg, _WIDTHS[-1], StillFormat.JPEG, ())


def _taken(jpeg: bytes, at_90k: int, view: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)) -> TakenPicture:
    return TakenPicture(at_90k=at_90k, jpeg=base64.b64encode(jpeg).decode(), view=view)
