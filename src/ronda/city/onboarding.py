"""From what a visit found and a person named to one edit of the city: site, recorder, cameras, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ronda.base.errors import BadInput, Conflict
from ronda.base.redaction import redact
from ronda.bus.contract import Recording, RecordingMode
from ronda.bus.devices import DeviceJob, FoundChannel, FoundRecorder
from ronda.city.area import Area
from ronda.city.camera import AddressPart, Camera, Papers, Spot, parse_address
from ronda.city.city import City
from ronda.city.edit import Edit
from ronda.city.recorder import Recorder
from ronda.city.region import Level, ancestors_of, level_of
from ronda.city.site import Site, SiteKind
from ronda.media.sources.address import StreamAddress


@dataclass(frozen=True, slots=True)
class NewPlace:
    """Where what was found belongs; see `Site`. A site that is there needs its id alone."""

    id: str
    name: str | None = None
    kind: SiteKind | None = None
    area: str | None = None
    lat: float | None = None
    lon: float | None = None
    agency: str | None = None
    recorder: str | None = None


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel that becomes a camera; see `Camera`."""

    number: int
    id: str
    name: str
    lat: float | None = None
    lon: float | None = None
    bearing: float | None = None
    record: bool = True


def edit_of(
    city: City, job: DeviceJob, place: NewPlace, channels: Sequence[NewChannel], now_90k: int, node: str = "local"
) -> Edit:
    """Return the edit that adds what was picked.

    Args:
        city: The registers.
        job: The visit, with its addresses and passwords.
        place: The site, and the recorder's id where it is registered too.
        channels: What was picked, and how it is called.
        now_90k: The time, `utc_90k`.
        node: The node that takes the cameras.

    Raises:
        BadInput: Something needed is missing or was not found.
        Conflict: A camera of that id is there already.
    """
    found = job.recorder
    if found is None:
        raise BadInput("nothing has been found there yet", "visit the recorder first, and wait until it has answered")
    site, areas = _site(city, place)
    recorder = _recorder(city, place.recorder, site, found, channels) if place.recorder else None
    known = {one.number: one for one in found.channels}
    ids: set[str] = set()
    cameras: list[Camera] = []
    for one in channels:
        if one.number not in known:
            raise BadInput(f"the recorder has no channel {one.number}", f"pick from {', '.join(map(str, known))}")
        if one.id in city.cameras or one.id in ids:
            raise Conflict(f"there is a camera {one.id!r} already", "choose another id")
        ids.add(one.id)
        camera = _camera(one, known[one.number], site, recorder, now_90k)
        cameras.append(replace(camera, node=node))
    sites = [] if city.sites.find(site.id) == site else [site]
    return Edit(areas=areas, sites=sites, recorders=[recorder] if recorder else [], cameras=cameras)


def _site(city: City, place: NewPlace) -> tuple[Site, list[Area]]:
    """Return the site, and the RW and RT that must be made for it."""
    site = city.sites.find(place.id)
    if site is not None:
        if place.area is not None and place.area != site.area:
            raise Conflict(f"the site {place.id} lies in {site.area}", "choose another id for a new site")
        return site, []
    if place.name is None or place.kind is None or place.area is None:
        raise BadInput(f"there is no site {place.id!r}", "give the name, the kind and the area of the new one")
    missing = []
    for code in ancestors_of(place.area):
        if code in city.areas:
            break
        if level_of(code) not in (Level.RW, Level.RT):
            raise BadInput(f"there is no area {place.area}", "choose one of the city's, or import the areas first")
        number = int(code.rpartition(".")[2][2:])
        missing.append(Area(code, f"{level_of(code).value.upper()} {number}"))
    made = Site(place.id, place.name, place.kind, place.area, place.lat, place.lon, place.agency)
    return made, missing[::-1]


def _recorder(
    city: City, id: str, site: Site, found: FoundRecorder, channels: Sequence[NewChannel]
) -> Recorder:  # fmt: skip
    before = city.recorders.find(id)
    if before is not None and before.site != site.id:
        raise Conflict(f"the recorder {id} stands at {before.site}", "choose another id")
    room = max([4, len(found.channels), *(one.number for one in channels), before.channels if before else 0])
    return Recorder(
        id=id,
        site=site.id,
        brand=found.brand,
        model=found.model,
        serial=found.serial,
        channels=room,
        address=found.address,
        username=found.username or (before.username if before else None),
        password=found.password if found.username else (before.password if before else None),
    )


def _camera(one: NewChannel, channel: FoundChannel, site: Site, recorder: Recorder | None, now_90k: int) -> Camera:
    texts = {
        AddressPart.MAIN: channel.url,
        AddressPart.SUB: channel.sub_url,
        AddressPart.SNAPSHOT: channel.snapshot_url,
    }
    addresses = {part: _address(text) for part, text in texts.items() if text}
    own = one.lat is not None and (one.lat, one.lon) != (site.lat, site.lon)
    spot = Spot(
        site=site.id,
        recorder=recorder.id if recorder else None,
        channel=one.number if recorder else None,
        lat=one.lat if own else None,
        lon=one.lon if own else None,
        bearing_deg=one.bearing,
    )
    mode = RecordingMode.CONTINUOUS if one.record else RecordingMode.OFF
    return Camera(
        id=one.id,
        name=one.name,
        addresses=addresses,
        recording=Recording(mode=mode),
        simulated=False,
        node="",
        created_90k=now_90k,
        changed_90k=now_90k,
        spot=spot,
        papers=Papers(),
    )


def _address(text: str) -> StreamAddress:
    try:
        return parse_address(text)
    except BadInput as error:
        raise BadInput(f"the recorder gave an address that cannot be used: {redact(error.message)}") from error
