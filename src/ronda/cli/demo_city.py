"""The demonstration's city: loaded once into its registers, and led to the simulator at each start."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ronda.base.logging import get_logger
from ronda.bus.contract import Recording, RecordingMode
from ronda.city.camera import AddressPart, Camera, Papers, Spot
from ronda.city.edit import Edit
from ronda.city.publication import PublicationMode
from ronda.city.registry import CameraRegistry, NewCamera
from ronda.cli.demo_watching import WATCHING
from ronda.media.sources.address import StreamAddress
from ronda.simulate.city import SimulatedCamera, camera_spec, cameras
from ronda.simulate.city_plan.draft import CameraPlan
from ronda.simulate.city_plan.history import history_of
from ronda.simulate.city_plan.plan import CityPlan, city_plan, part_of
from ronda.simulate.city_plan.sites import CAMERAS
from ronda.simulate.originals import originals
from ronda.web.parts import Parts

_log = get_logger("demo")
_BY: Final = "demo"
_HOST: Final = "127.0.0.1"
_ORIGINALS: Final = frozenset(camera.id for camera in originals())
_PARTS: Final = {AddressPart.MAIN: "url", AddressPart.SUB: "sub_url", AddressPart.SNAPSHOT: "snapshot_url"}


async def bring_the_city(parts: Parts, rtsp_port: int, control_port: int, many: int = CAMERAS) -> bool:
    """Load the city where there is none yet, else lead its cameras to the simulator's ports.

    A demonstration of before the city keeps its 24 cameras, with their footage, and gains the rest.

    Args:
        parts: Where the registers are.
        rtsp_port: Of the simulator, as is `control_port`.
        control_port: See there.
        many: How many cameras the city has.

    Returns:
        Whether it was loaded.
    """
    centre = parts.centre
    served = await asyncio.to_thread(_served, rtsp_port, control_port, many)
    if len(centre.city.areas):
        edit = await asyncio.to_thread(_led, centre.cameras.all(), served)
        if edit.cameras:
            await centre.apply(edit, _BY)
        return False
    today = parts.figures.today()
    plan = await asyncio.to_thread(lambda: part_of(city_plan(today), many))
    edit = await asyncio.to_thread(_loaded, plan, centre.cameras, served)
    await centre.apply(edit, _BY)
    history = await asyncio.to_thread(history_of, plan, today)
    await parts.figures.load(history.days, history.months)
    await parts.faults.add(history.faults)
    await parts.reports.load(list(history.reports))
    await parts.figures.work_out()
    _log.info("city loaded", areas=len(edit.areas), sites=len(edit.sites), cameras=len(edit.cameras))
    return True


Addresses = dict[str, dict[AddressPart, str]]
"""Texts of the addresses at the simulator, by camera id."""


def _served(rtsp_port: int, control_port: int, many: int) -> Addresses:
    return {camera.id: _addresses(camera, rtsp_port, control_port) for camera in cameras(many)}


def _addresses(camera: SimulatedCamera, rtsp_port: int, control_port: int) -> dict[AddressPart, str]:
    spec = camera_spec(camera, _HOST, rtsp_port, control_port)
    return {part: str(spec[name]) for part, name in _PARTS.items()}


def _loaded(plan: CityPlan, register: CameraRegistry, served: Addresses) -> Edit:
    late = {one.camera for one in plan.decisions if one.mode is PublicationMode.DELAYED}
    return Edit(
        areas=plan.areas,
        agencies=plan.agencies,
        partners=plan.partners,
        sites=plan.sites,
        recorders=plan.recorders,
        cameras=[_camera(one, register, served[one.id], late=one.id in late) for one in plan.cameras],
        decisions=plan.decisions,
    )


def _camera(plan: CameraPlan, register: CameraRegistry, addresses: dict[AddressPart, str], *, late: bool) -> Camera:
    """Return a camera of the plan as the register shall hold it; only a connected one has addresses."""
    lon, lat = plan.at or (None, None)
    spot = Spot(plan.site, plan.recorder, plan.channel, lat, lon, plan.bearing_deg, plan.angle_deg)
    papers = Papers(plan.purpose, plan.sign, plan.budget, plan.stages)
    there = register.find(plan.id)
    # The original cameras are recorded, and what is shown late; the others are many, and looked at when somebody asks.
    mode = RecordingMode.CONTINUOUS if late or plan.id in _ORIGINALS else RecordingMode.OFF
    made = register.made(
        NewCamera(
            id=plan.id,
            url=addresses[AddressPart.MAIN] if plan.connected else None,
            name=plan.name,
            sub_url=addresses[AddressPart.SUB] if plan.connected else None,
            snapshot_url=addresses[AddressPart.SNAPSHOT] if plan.connected else None,
            recording=there.recording if there else Recording(mode=mode),
            simulated=True,
            spot=spot,
            papers=papers,
            trouble=plan.trouble,
        )
    )
    made = replace(made, watching=WATCHING.get(plan.id))
    if there is None:
        return made
    watching = made.watching if there.watching is None else there.watching
    return replace(made, created_90k=there.created_90k, masks=there.masks, watching=watching)


def _led(registered: Iterable[Camera], served: Addresses) -> Edit:
    """Return what leads the cameras that are at the simulator's former ports to those of now."""
    changed = []
    for camera in registered:
        wanted = served.get(camera.id)
        if wanted is None or not camera.simulated or not _is_simulators(camera):
            continue
        addresses = {part: StreamAddress.parse(text) for part, text in wanted.items()}
        if dict(camera.addresses) != addresses:
            changed.append(replace(camera, addresses=addresses))
    return Edit(cameras=changed)


def _is_simulators(camera: Camera) -> bool:
    address = camera.addresses.get(AddressPart.MAIN)
    return address is not None and address.host == _HOST and address.path.startswith("/nvr-")
