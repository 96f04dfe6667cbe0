"""What an import would do: drafts against the register, line by line, with nothing written."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from ronda.base.errors import BadInput
from ronda.base.identity import camera_id
from ronda.base.redaction import MASK
from ronda.bus.contract import Recording, RecordingMode
from ronda.city.camera import AddressPart, Camera, CameraStage, Papers, Spot, Trouble, TroubleCause, parse_address
from ronda.city.edit import Edit
from ronda.city.importing.bounds import bounds_of
from ronda.city.importing.cells import STAGES
from ronda.city.importing.drafts import Draft, heading_of, shown
from ronda.city.importing.findings import Findings
from ronda.city.importing.flat import FIELDS, flat_of, kept_schedule
from ronda.city.importing.known import Known, Rights
from ronda.city.importing.places import Places, Wrong
from ronda.city.site import Site
from ronda.media.sources.address import StreamAddress

_SAME_DEG: Final = 1e-7
_PARTS: Final = {"url": AddressPart.MAIN, "sub_url": AddressPart.SUB, "snapshot_url": AddressPart.SNAPSHOT}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that an import would change; secrets are masked."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that an import would add or change.

    Attributes:
        kind: `camera`, `site`, `recorder` or `area`.
        id: Its id.
        name: What it is called.
        line: The line that asks for it; 0 where several do.
        differences: What would be different; empty for something new.
    """

    kind: str
    id: str
    name: str
    line: int
    differences: tuple[Difference, ...] = ()


@dataclass
class Plan:
    """What an import would do.

    Attributes:
        edit: What would be written.
        new: What would be added.
        changed: What would be changed.
        unchanged: How many lines say what is so already.
        refused: Lines that cannot be taken.
        told: What was read otherwise than it was written.
        lines: Lines read.
        stopped: Whether reading was given up because nothing was acceptable.
    """

    edit: Edit = field(default_factory=Edit)
    new: list[Item] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)
    unchanged: int = 0
    refused: Findings = field(default_factory=Findings)
    told: Findings = field(default_factory=Findings)
    lines: int = 0
    stopped: bool = False

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to write."""
        return not self.new and not self.changed


class Planning:
    """Takes drafts one after another; used in a thread.

    Args:
        known: The register.
        rights: What whoever imports may change.
        now_90k: The time, for what is added.
        headings: How the file calls each field, for telling where something is wrong.
    """

    def __init__(self, known: Known, rights: Rights, now_90k: int, headings: dict[str, str]) -> None:
        self.plan = Plan()
        self._known, self._rights, self._now = known, rights, now_90k
        self._headings = headings
        self._places = Places(known)
        self._bounds = bounds_of(known.areas.values())
        self._lines: dict[str, int] = {}
        self._cameras: list[Camera] = []
        self._channels: dict[tuple[str, int], str] = {
            (camera.spot.recorder, camera.spot.channel): camera.id
            for camera in known.cameras.values()
            if camera.spot.recorder and camera.spot.channel
        }

    def take(self, draft: Draft) -> None:
        """Take one line, or note why not."""
        id = draft.said["id"]
        try:
            if (first := self._lines.get(id)) is not None:
                raise Wrong("id", f"line {first} has this id too", "give each camera its own")
            self._lines[id] = draft.line
            self._take(id, draft)
        except Wrong as error:
            column = self._headings.get(error.field, heading_of(error.field))
            value = shown(error.field, draft.written.get(error.field))
            self.plan.refused.add(draft.line, column, value, error.reason, error.mend)

    def finish(self) -> Plan:
        """Return the plan, when all lines have been taken."""
        places, plan = self._places, self.plan
        sites = [one for one in places.sites.values() if one != self._known.sites.get(one.id)]
        recorders = [one for one in places.recorders.values() if one != self._known.recorders.get(one.id)]
        areas = sorted(places.areas.values(), key=lambda area: area.id)
        for area in areas:
            plan.new.append(Item("area", area.id, area.name, 0))
        for kind, found, before in (("site", sites, self._known.sites), ("recorder", recorders, self._known.recorders)):
            for one in found:
                old = before.get(one.id)
                name = getattr(one, "name", one.id)
                if old is None:
                    plan.new.append(Item(kind, one.id, name, 0))
                else:
                    plan.changed.append(Item(kind, one.id, name, 0, _apart(old, one)))
        plan.edit = Edit(areas=areas, sites=sites, recorders=recorders, cameras=self._cameras)
        return plan

    def _take(self, id: str, draft: Draft) -> None:
        before = self._known.cameras.get(id)
        if before is None:
            _check_id(id)
        area, new_areas = self._places.area_of(draft)
        place = self._place(draft)
        site = self._places.take_site(draft, area, place, before.spot.site if before else None)
        self._may(before, site)
        recorder = self._places.take_recorder(draft, site)
        camera = self._camera(id, draft, before, site, place)
        spot = camera.spot
        if spot.recorder and spot.channel:
            other = self._channels.setdefault((spot.recorder, spot.channel), id)
            if other != id:
                raise Wrong("channel", f"camera {other} hangs on channel {spot.channel} of {spot.recorder} already",
                            "correct the channel")  # fmt: skip
        self._places.keep(draft, new_areas, site, recorder)
        if camera == before:
            self.plan.unchanged += 1
            return
        self._cameras.append(camera)
        if before is None:
            self.plan.new.append(Item("camera", id, camera.name, draft.line))
        else:
            self.plan.changed.append(Item("camera", id, camera.name, draft.line, self._differences(before, camera)))

    def _may(self, before: Camera | None, site: Site | None) -> None:
        within = self._rights.within
        now = self._places.site(before.spot.site) if before else None
        if not within("") and self._changes_owner(before, site):
            raise Wrong("partner", "whose a place is decides who may look, and is the whole city's business",
                        "leave the partner as it is, or let somebody import it who may")  # fmt: skip
        for one in (now, site) if before else (site,):
            code = one.area if one else ""
            if not within(code):
                raise Wrong("area", f"you may not change cameras in {code or 'no area at all'}",
                            "leave the line out, or let somebody import it who may")  # fmt: skip

    def _changes_owner(self, before: Camera | None, site: Site | None) -> bool:
        """Whether a line lets a camera, or its site, out of a partner's agreement or into one."""
        partner = site.partner if site else None
        there = self._known.sites.get(site.id) if site else None
        now = self._known.sites.get(before.spot.site or "") if before else None
        moved = before is not None and partner != (now.partner if now else None)
        return moved or partner != (there.partner if there else None)

    def _place(self, draft: Draft) -> tuple[float, float] | None:
        said = draft.said
        lat, lon = said.get("lat"), said.get("lon")
        if lat is None and lon is None and said.get("place") is not None:
            lat, lon = said["place"]
        if lat is None and lon is None:
            return None
        if lat is None or lon is None:
            raise Wrong("lat" if lat is None else "lon", "one of the two coordinates is missing", "fill in both")
        column = "lat" if "lat" in said else "place"
        fits = self._bounds.hold if self._bounds else lambda lat, lon: abs(lat) <= 90 and abs(lon) <= 180
        if fits(lat, lon):
            return lat, lon
        if fits(lon, lat):
            self.plan.told.add(
                draft.line, self._headings.get(column, column), f"{lat}, {lon}",
                f"latitude and longitude are exchanged; read as {lon}, {lat}",
            )  # fmt: skip
            return lon, lat
        where = str(self._bounds) if self._bounds else "latitude -90 to 90, longitude -180 to 180"
        raise Wrong(column, f"{lat}, {lon} lies outside the city", f"the city lies at {where}")

    def _camera(
        self, id: str, draft: Draft, before: Camera | None, site: Site | None, place: tuple[float, float] | None
    ) -> Camera:
        said = draft.said
        name = _kept(said, "name", before.name if before else "") or id
        spot = self._spot(said, before.spot if before else Spot(), site, place)
        papers = _papers(said, before.papers if before else Papers())
        trouble = _trouble(said, before.trouble if before else None)
        addresses = self._addresses(id, said, before.addresses if before else {})
        recording = _recording(said, before)
        if before is None:
            return Camera(
                id, name, addresses, recording, False, self._known.node, self._now, self._now, spot, papers, trouble
            )
        said_so = (name, addresses, recording, spot, papers, trouble)
        if said_so == (before.name, before.addresses, before.recording, before.spot, before.papers, before.trouble):
            return before
        return replace(
            before,
            name=name,
            addresses=addresses,
            recording=recording,
            spot=spot,
            papers=papers,
            trouble=trouble,
            changed_90k=self._now,
        )

    def _spot(self, said: dict[str, Any], before: Spot, site: Site | None, place: tuple[float, float] | None) -> Spot:
        lat, lon = before.lat, before.lon
        if place is not None:
            own = (lat, lon) if lat is not None else (site.lat, site.lon) if site else (None, None)
            if not _same(own, place):
                lat, lon = (None, None) if site and _same((site.lat, site.lon), place) else place
        elif "lat" in said and "lon" in said:
            lat = lon = None
        return Spot(
            site=site.id if site else None,
            recorder=said.get("recorder", before.recorder),
            channel=said.get("channel", before.channel),
            lat=lat,
            lon=lon,
            bearing_deg=said.get("bearing", before.bearing_deg),
            angle_deg=said.get("angle", before.angle_deg),
        )

    def _addresses(self, id: str, said: dict[str, Any], before: Any) -> dict[AddressPart, StreamAddress]:
        addresses: dict[AddressPart, StreamAddress] = dict(before)
        for key, part in _PARTS.items():
            if key not in said:
                continue
            if said[key] is None:
                addresses.pop(part, None)
                continue
            address = self._address(id, key, said, addresses.get(part))
            addresses[part] = address
        return addresses

    def _address(self, id: str, key: str, said: dict[str, Any], stored: StreamAddress | None) -> StreamAddress:
        text: str = said[key]
        if stored is not None and MASK not in text and text == stored.with_credentials:
            return stored
        try:
            address = parse_address(text, stored) if MASK in text else StreamAddress.parse(text)
        except BadInput as error:
            raise Wrong(key, error.message, error.mend) from error
        if address.username is None and said.get("username") and address.host:
            address = replace(address, username=said["username"], password=said.get("password") or "")
        if stored is not None and (
            address == stored
            or (address.username is None and address.without_credentials == stored.without_credentials)
        ):
            return stored  # a table without passwords does not take away those that are stored
        if address.scheme == "file" and not self._rights.local_files:
            raise Wrong(key, "a file of the server is not an address for everybody", "give an address on the network")
        if address.scheme == "device" and (key != "url" or address.path != id):
            raise Wrong(key, "a device sends the main profile of one camera", f"write device:{id}")
        return address

    def _differences(self, before: Camera, after: Camera) -> tuple[Difference, ...]:
        old_site = self._known.sites.get(before.spot.site or "")
        recorders = self._places.recorder
        old = flat_of(before, old_site, recorders(before.spot.recorder))
        new = flat_of(after, self._places.site(after.spot.site) or old_site, recorders(after.spot.recorder))
        # What is the site's or the recorder's own is told there.
        mine = [name for name in FIELDS if not name.startswith("recorder_") and name not in _SITES_OWN]
        found = [Difference(name, _text(old[name]), _text(new[name])) for name in mine if old[name] != new[name]]
        if before.addresses != after.addresses and not any(one.field in _PARTS for one in found):
            found.append(Difference("credentials", "***", "***"))
        return tuple(found)


def _check_id(id: str) -> None:
    try:
        camera_id(id)
    except BadInput as error:
        raise Wrong("id", error.message, error.mend) from error


_SITES_OWN: Final = frozenset({"site_name", "kind", "area", "address", "agency", "partner"})


def _papers(said: dict[str, Any], before: Papers) -> Papers:
    stages: dict[CameraStage, date] = dict(before.stages)
    for name, stage in STAGES.items():
        if name in said:
            if said[name] is None:
                stages.pop(stage, None)
            else:
                stages[stage] = said[name]
    return Papers(
        purpose=_kept(said, "purpose", before.purpose),
        sign=said.get("sign", before.sign),
        budget=_kept(said, "budget", before.budget),
        stages=stages,
    )


def _kept(said: dict[str, Any], name: str, before: str) -> str:
    """Return a text as the line says it; where it says nothing, or the same but for its spaces, as it was."""
    if name not in said or said[name] == " ".join(before.split()):
        return before
    return said[name] or ""


def _trouble(said: dict[str, Any], before: Trouble | None) -> Trouble | None:
    if "trouble" in said and said["trouble"] is None:
        return None
    cause = said.get("trouble", before.cause if before else None)
    since = said.get("trouble_since", before.since if before else None)
    target = said.get("trouble_target", before.target if before else None)
    note = _kept(said, "trouble_note", before.note if before else "")
    if cause is None:
        if since is None and target is None and not note:
            return None
        cause = TroubleCause.OTHER
    if since is None:
        raise Wrong("trouble_since", "the line tells of a trouble and not since when", "fill in the day")
    if target is not None and target < since:
        raise Wrong("trouble_target", "it shall be mended before it began", "correct one of the two days")
    return Trouble(cause, since, target, note)


def _recording(said: dict[str, Any], before: Camera | None) -> Recording:
    now = before.recording if before else Recording()
    changes: dict[str, Any] = {}
    mode = said.get("record")
    if mode is not None:
        if not kept_schedule(mode, before):
            raise Wrong("record", "a table cannot say at which hours", "set the hours on the camera's page")
        if mode != now.mode:
            changes["mode"] = RecordingMode(mode)
    if said.get("days") is not None and said["days"] != now.days:
        changes["days"] = said["days"]
    return now.model_copy(update=changes) if changes else now


def _same(one: tuple[float | None, float | None], other: tuple[float, float]) -> bool:
    return (
        one[0] is not None
        and one[1] is not None
        and abs(one[0] - other[0]) < _SAME_DEG
        and abs(one[1] - other[1]) < _SAME_DEG
    )


def _apart(old: Any, new: Any) -> tuple[Difference, ...]:
    names: Iterable[str] = (name for name in type(old).__slots__ if name not in ("username", "password"))
    return tuple(
        Difference(name, _text(getattr(old, name)), _text(getattr(new, name)))
        for name in names
        if getattr(old, name) != getattr(new, name)
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)[:200]
