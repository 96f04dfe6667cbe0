"""The areas, sites and recorders that lines name: matched with those there are, or made, and the same for all lines."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from rapidfuzz import process

from ronda.base.redaction import redact
from ronda.city.area import Area
from ronda.city.importing.columns import bare
from ronda.city.importing.drafts import Draft
from ronda.city.importing.findings import Unacceptable
from ronda.city.importing.known import Known
from ronda.city.owner import Agency, Partner
from ronda.city.recorder import Recorder
from ronda.city.region import Level, ancestors_of, level_of
from ronda.city.site import Site

_SITE_FIELDS: Final = {"site_name": "name", "kind": "kind", "address": "address", "agency": "agency",
                       "partner": "partner"}  # fmt: skip
_RECORDER_FIELDS: Final = {"recorder_brand": "brand", "recorder_model": "model", "recorder_serial": "serial",
                           "recorder_address": "address"}  # fmt: skip
P = TypeVar("P", Site, Recorder)
_ROOM: Final = (4, 8, 16, 32, 64, 128, 256)


class Wrong(Unacceptable):
    """What is wrong with a line, at a field of it."""

    def __init__(self, name: str, reason: str, mend: str = "") -> None:
        super().__init__(reason, mend)
        self.field = name


@dataclass
class Places:
    """What lines before have said, beside what is known.

    Attributes:
        known: The register.
        areas: RW and RT that are made because lines name them, by code.
        sites: Sites as they shall be, where lines speak of them.
        recorders: Recorders likewise.
    """

    known: Known
    areas: dict[str, Area] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    recorders: dict[str, Recorder] = field(default_factory=dict)
    _said: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _named: dict[tuple[str, str], str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _unknown: dict[str, str] = field(default_factory=dict)
    _owners: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for site in self.known.sites.values():
            self._named.setdefault((site.area, bare(site.name)), site.id)

    def site(self, id: str | None) -> Site | None:
        """Return a site as it shall be."""
        return None if id is None else self.sites.get(id) or self.known.sites.get(id)

    def recorder(self, id: str | None) -> Recorder | None:
        """Return a recorder as it shall be."""
        return None if id is None else self.recorders.get(id) or self.known.recorders.get(id)

    def area_of(self, draft: Draft) -> tuple[str | None, dict[str, Area]]:
        """Return the area that a line names, and the RW and RT that must be made for it.

        Raises:
            Wrong: There is no such area.
        """
        said = draft.said
        code = said.get("area")
        for part in ("rw", "rt"):
            if (number := said.get(part)) is not None:
                if code is None:
                    raise Wrong(part, "the line names no area to which this belongs", "fill in the region code too")
                if f".{part}" not in code:
                    code = f"{code}.{number}"
        if code is None or code in self.known.areas:
            return code, {}
        new: dict[str, Area] = {}
        for one in ancestors_of(code):
            if one in self.known.areas:
                break
            if one not in self.areas:
                new[one] = self._made(one, code)
        return code, new

    def _made(self, code: str, whole: str) -> Area:
        level = level_of(code)
        if level not in (Level.RW, Level.RT):
            raise Wrong("area", f"there is no area {code}", self._suggestion(whole))
        number = int(re.sub(r"\D", "", code.rpartition(".")[2]))
        return Area(code, f"{level.value.upper()} {number}")

    def _suggestion(self, code: str) -> str:
        if code not in self._unknown:
            areas = self.known.areas
            if not areas:
                mend = "import the areas first: ronda import areas FILE.geojson"
            else:
                depth = code.count(".")
                codes = [one for one in areas if one.count(".") == min(depth, 3)] or list(areas)
                near = process.extract(".".join(code.split(".")[:4]), codes, limit=3)
                mend = "nearest are " + ", ".join(f"{one} ({areas[one].name})" for one, _, _ in near)
            self._unknown[code] = mend
        return self._unknown[code]

    def take_site(
        self, draft: Draft, area: str | None, place: tuple[float, float] | None, before: str | None
    ) -> Site | None:
        """Return the site of a line's camera; None where it has none. `before` is the one it has now.

        Raises:
            Wrong: The line contradicts another, or a new site lacks something.
        """
        said = draft.said
        if "site" in said and said["site"] is None:
            return None
        id = said.get("site") or self._site_named(said, area, before)
        if id is None:
            return None
        now = self.site(id)
        if now is None:
            now = self._new_site(id, said, area, place)
        changes = self._site_changes(said, now)
        if area is not None:
            changes["area"] = area
        self._agree("site", id, changes, draft.line)
        return _changed(now, changes)

    def _site_changes(self, said: dict[str, Any], now: Site) -> dict[str, Any]:
        changes = {name: said[key] for key, name in _SITE_FIELDS.items() if said.get(key) is not None}
        for name in ("name", "address"):
            if name in changes and changes[name] == " ".join(getattr(now, name).split()):
                del changes[name]
        if "agency" in changes:
            changes["agency"] = self._owner("agency", changes["agency"], self.known.agencies)
        if "partner" in changes:
            changes["partner"] = self._owner("partner", changes["partner"], self.known.partners)
        if "agency" in changes and "partner" in changes:
            raise Wrong("partner", "a site has one owner, and the line names two", "leave agency or partner empty")
        return changes | _other_owner(changes)

    def _site_named(self, said: dict[str, Any], area: str | None, before: str | None) -> str | None:
        name = said.get("site_name")
        if before is not None:
            return before
        if name is None:
            if area is not None:
                raise Wrong("site", "the line names an area and no site", "fill in the id or the name of the site")
            return None
        if area is None:
            raise Wrong("area", f"the site {name[:60]!r} is named without its area", "fill in the region code")
        key = (area, bare(name))
        if key not in self._named:
            self._named[key] = self._free_id(f"{name} {area.rpartition('.')[2] if area.count('.') > 3 else ''}", area)
        return self._named[key]

    def _free_id(self, name: str, area: str) -> str:
        stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:48].strip("-") or "titik"
        candidates = [stem, f"{stem}-{area.replace('.', '')[-8:]}", *(f"{stem}-{n}" for n in range(2, 1000))]
        free = next(one for one in candidates if self.site(one) is None and one not in self._taken)
        self._taken.add(free)
        return free

    def _new_site(self, id: str, said: dict[str, Any], area: str | None, place: tuple[float, float] | None) -> Site:
        if area is None:
            raise Wrong("site", f"there is no site {id!r}, and the line does not say where it lies",
                        "fill in the region code, or correct the id of the site")  # fmt: skip
        if said.get("kind") is None:
            raise Wrong("kind", f"the site {id!r} is new, and the line does not say of what kind it is",
                        "fill in the kind, such as rt or market")  # fmt: skip
        lat, lon = place or (None, None)
        return Site(id, said.get("site_name") or id, said["kind"], area, lat, lon)

    def _owner(self, key: str, text: str, owners: Mapping[str, Agency | Partner]) -> str:
        if (found := self._owners.get((key, text))) is not None:
            return found
        wanted = bare(text)
        id = (
            text
            if text in owners
            else next((one.id for one in owners.values() if wanted in (bare(one.name), one.id)), None)
        )
        if id is None:
            near = process.extract(text, {one.id: one.name for one in owners.values()}, limit=3)
            names = ", ".join(f"{id} ({name})" for name, _, id in near)
            mend = (
                f"nearest are {names}" if names else f"there is none yet: add the {key} first, or leave the cell empty"
            )
            raise Wrong(key, f"there is no {key} {text[:60]!r}", mend)
        self._owners[key, text] = id
        return id

    def take_recorder(self, draft: Draft, site: Site | None) -> Recorder | None:
        """Return the recorder that a line names; None where it names none.

        Raises:
            Wrong: The line contradicts another, or the channel is beyond the recorder's.
        """
        said = draft.said
        id = said.get("recorder")
        if id is None:
            return None
        now = self.recorder(id)
        channel = said.get("channel") or 0
        if now is None:
            if site is None:
                raise Wrong("recorder", f"the recorder {id!r} is new, and the camera has no site", "fill in the site")
            now = Recorder(id, site.id)
        changes: dict[str, Any] = {
            name: said[key] for key, name in _RECORDER_FIELDS.items() if said.get(key) is not None
        }
        if changes.get("address", "") != redact(changes.get("address", "")):
            raise Wrong("recorder_address", "the address holds a password", "write host or host:port alone")
        self._agree("recorder", id, changes, draft.line)
        if channel > now.channels:
            if id in self.known.recorders:
                raise Wrong("channel", f"recorder {id} has {now.channels} channels", "correct the channel")
            changes["channels"] = next(room for room in _ROOM if room >= channel)
        return _changed(now, changes)

    def _agree(self, kind: str, id: str, changes: dict[str, Any], line: int) -> None:
        """Refuse a line that says something else of a site or recorder than a line before it."""
        others = self.sites if kind == "site" else self.recorders
        other = others.get(id)
        if other is None:
            return
        for name, value in changes.items():
            if (before := self._said.get((kind, id, name))) is not None and getattr(other, name) != value:
                raise Wrong(
                    kind, f"line {before} says that the {name} of {kind} {id} is {str(getattr(other, name))[:60]!r}, "
                    f"this one {str(value)[:60]!r}", "let them agree",
                )  # fmt: skip

    def keep(self, draft: Draft, areas: dict[str, Area], site: Site | None, recorder: Recorder | None) -> None:
        """Remember what an acceptable line has said."""
        self.areas.update(areas)
        said = draft.said
        if site is not None and (said.get("site") or said.get("site_name") or said.get("area") or said.get("kind")):
            self.sites[site.id] = site
            for key, name in (*_SITE_FIELDS.items(), ("area", "area")):
                if said.get(key) is not None:
                    self._said.setdefault(("site", site.id, name), draft.line)
        if recorder is not None:
            self.recorders[recorder.id] = recorder
            for key, name in _RECORDER_FIELDS.items():
                if said.get(key) is not None:
                    self._said.setdefault(("recorder", recorder.id, name), draft.line)


def _changed(now: P, changes: dict[str, Any]) -> P:
    """Return a place with changes; itself, where they change nothing, as most lines do."""
    if all(getattr(now, name) == value for name, value in changes.items()):
        return now
    return replace(now, **changes)


def _other_owner(changes: dict[str, Any]) -> dict[str, None]:
    """Return what empties the owner of the other sort: a site has one."""
    if "agency" in changes:
        return {"partner": None}
    return {"agency": None} if "partner" in changes else {}
