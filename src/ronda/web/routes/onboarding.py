"""Onboarding: search, visit, pick, name, place on the map, done."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path

from ronda.bus.devices import DeviceJob, FoundRecorder, SearchDevices, SweepRange, VisitRecorder
from ronda.city.camera import AddressPart, parse_address
from ronda.city.onboarding import NewChannel, NewPlace
from ronda.city.region import parse_region
from ronda.people.action import Action
from ronda.web.documents_onboarding import (
    AddedShown,
    AddGiven,
    ChannelShown,
    DeviceJobShown,
    DeviceShown,
    RangeGiven,
    RecorderGiven,
    RecorderShown,
    SearchGiven,
)
from ronda.web.gate import Asks, Caller

router = APIRouter(prefix="/api/v1/onboarding", tags=["onboarding"])
Onboards = Annotated[Caller, Depends(Asks(Action.PROBE, somewhere=True))]
JobId = Annotated[str, Path(max_length=64, description="The job's id")]
_STILLS: Final = "/media/_devices"


@router.post("/search", status_code=202, summary="Search the local networks")
async def search(caller: Onboards, given: SearchGiven | None = None) -> DeviceJobShown:
    """Ask the node's local networks for cameras and recorders (ONVIF WS-Discovery)."""
    given = given or SearchGiven()
    asked = SearchDevices(interface=given.interface, seconds=given.seconds)
    return _shown(caller, await caller.parts.centre.look_for_devices(asked))


@router.post("/recorder", status_code=202, summary="Ask a recorder what it has")
async def recorder(caller: Onboards, given: RecorderGiven) -> DeviceJobShown:
    """Visit one recorder or camera: its channels, with a still of each. A refused password is tried once."""
    asked = VisitRecorder(
        address=given.address, username=given.username, password=given.password.get_secret_value()
    )  # fmt: skip
    return _shown(caller, await caller.parts.centre.look_for_devices(asked))


@router.post("/range", status_code=202, summary="Look at a range of addresses")
async def sweep(caller: Onboards, given: RangeGiven) -> DeviceJobShown:
    """Look which addresses of a range have a camera or recorder; some tens a second, never with a password."""
    asked = SweepRange(range=given.range, ports=given.ports, public=given.public)
    return _shown(caller, await caller.parts.centre.look_for_devices(asked))


@router.get("/jobs/{job}", summary="How a search or visit stands")
async def get_job(caller: Onboards, job: JobId) -> DeviceJobShown:
    """Return what a job has found so far; it is kept for half an hour."""
    return _shown(caller, await caller.parts.centre.device_job(job))


@router.delete("/jobs/{job}", status_code=204, summary="End a search or visit")
async def end_job(caller: Onboards, job: JobId) -> None:
    """End a job, and forget what it found and the password it was given."""
    await caller.parts.centre.cancel_device_job(job)


@router.post("/add", status_code=201, summary="Add what was found")
async def add(caller: Onboards, given: AddGiven) -> AddedShown:
    """Add a site, a recorder and cameras at once; addresses and passwords come from the visit, not from the page."""
    centre = caller.parts.centre
    place = NewPlace(
        id=given.site.id,
        name=given.site.name,
        kind=given.site.kind,
        area=parse_region(given.site.area) if given.site.area else None,
        lat=given.site.lat,
        lon=given.site.lon,
        agency=given.site.agency or None,
        recorder=given.recorder,
    )
    channels = [NewChannel(**one.model_dump()) for one in given.channels]
    edit = await centre.edit_of_found(given.job, place, channels)
    site = edit.sites[0] if edit.sites else centre.city.sites.get(given.site.id)
    caller.require(Action.REGISTRY, area=site.area)
    await centre.apply(edit, caller.label)
    return AddedShown(site=site.id, recorder=given.recorder, cameras=[camera.id for camera in edit.cameras])


def _shown(caller: Caller, job: DeviceJob) -> DeviceJobShown:
    cameras = caller.parts.centre.cameras.all()
    hosts: set[str] = set()
    addresses: dict[str, str] = {}
    if job.devices or job.recorder:
        for camera in cameras:
            if (main := camera.addresses.get(AddressPart.MAIN)) is not None:
                hosts.add(main.host)
                addresses[main.redacted] = camera.id
    devices = [
        DeviceShown(**device.model_dump(), known=_host(device.address) in hosts) for device in job.devices
    ]  # fmt: skip
    return DeviceJobShown(
        job=job.job,
        state=job.state.value,
        done=job.done,
        total=job.total,
        devices=devices,
        recorder=_recorder(job.job, job.recorder, addresses) if job.recorder else None,
        problem=job.problem,
        mend=job.mend,
    )


def _recorder(job: str, found: FoundRecorder, addresses: dict[str, str]) -> RecorderShown:
    channels = [
        ChannelShown(
            number=one.number,
            name=one.name,
            url=_masked(one.url),
            sub_url=_masked(one.sub_url) if one.sub_url else None,
            codec=one.codec,
            width=one.width,
            height=one.height,
            still=f"{_STILLS}/{job}/{one.number}.jpg" if one.still else None,
            problem=one.problem,
            camera=addresses.get(_masked(one.url)),
        )
        for one in found.channels
    ]
    secret = {"username", "password", "channels"}
    return RecorderShown.model_validate({**found.model_dump(exclude=secret), "channels": channels})


def _masked(url: str) -> str:
    return parse_address(url).redacted


def _host(address: str) -> str:
    return address.rpartition("://")[2].partition(":")[0]
