"""Your own picture: a video dropped on the page, or the device's own camera, becomes a camera like any other."""

from pathlib import PurePath
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ronda.base.errors import BadInput
from ronda.city.own import own_id
from ronda.city.registry import NewCamera
from ronda.web.documents import CameraShown, DeviceGiven
from ronda.web.gate import Caller, Manages
from ronda.web.routes.cameras import shown
from ronda.web.upload import UploadedFile

OWN_PATH: Final = "/api/v1/cameras/own"
router = APIRouter(tags=["cameras"])
_FORM: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}, "name": {"type": "string"}},
                }
            }
        },
    }
}


@router.post(
    OWN_PATH,
    status_code=201,
    response_model=None,
    responses={201: {"model": CameraShown}},
    openapi_extra=_FORM,
    summary="Upload a video that becomes a camera",
)
async def upload(caller: Manages, request: Request) -> Response:
    """Take one video; it plays for ever, in real time, as a camera that is live and recorded like any other."""
    parts = caller.parts
    file = UploadedFile(request, "file")
    await file.start()
    title = file.fields.get("name", "").strip() or PurePath(file.file_name).stem or "own"
    id = own_id(title)
    url = await parts.own.save(id, file.file_name, file.chunks())
    try:
        await _must_be_video(caller, url)
        new = NewCamera(id=id, url=url, name=_name(file.fields.get("name", "").strip() or title))
        camera = await parts.centre.add_camera(new, caller.label, local_files=True)
    except BaseException:
        await parts.own.discard_url(url)
        raise
    return shown(caller, camera, 201)


@router.post(
    f"{OWN_PATH}-device",
    status_code=201,
    response_model=None,
    responses={201: {"model": CameraShown}},
    summary="Add a camera whose pictures a device sends itself",
)
async def add_device(caller: Manages, given: DeviceGiven | None = None) -> Response:
    """Add a camera under a made-up id; the device then sends to `WS /media/{camera}/push`."""
    name = _name(given.name if given else "")
    id = own_id(name or "device")
    camera = await caller.parts.centre.add_camera(NewCamera(id=id, url=f"device:{id}", name=name or id), caller.label)
    return shown(caller, camera, 201)


async def _must_be_video(caller: Caller, url: str) -> None:
    report = await caller.parts.centre.probe(url)
    if not report.ok:
        problem = (report.problem or "nothing in it can be shown").replace(url, "the file")
        raise BadInput(f"this is not a video that can be played: {problem}", report.mend or "choose another file")


def _name(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:200]
