"""The import of areas: names, centres and outlines out of GeoJSON. Blocking; runs in a thread."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from ronda.base.errors import BadInput
from ronda.city.area import Area
from ronda.city.edit import Edit
from ronda.city.importing.cells import read_region, read_text
from ronda.city.importing.columns import bare
from ronda.city.importing.findings import Unacceptable
from ronda.city.importing.geojson_table import Feature, features_of
from ronda.city.importing.known import Known, Rights
from ronda.city.importing.outlines import Outline, outline_of
from ronda.city.importing.plan import Difference, Item, Plan
from ronda.city.importing.table import measure
from ronda.city.region import Level, level_of, parent_of

_CODES: Final = ("kode", "code", "id", "kode wilayah", "region", "kode kelurahan", "kode kecamatan", "kdkel")
_NAMES: Final = ("nama", "name", "nama kelurahan", "nama kecamatan", "wadmkd", "wadmkc", "wadmkk")
_PARENTS: Final = {Level.KECAMATAN: ("kecamatan", "nama kecamatan"), Level.CITY: ("kota", "kabupaten", "city")}
_LEVEL_WORDS: Final = ("kota ", "kabupaten ", "kecamatan ", "kelurahan ")
_LONGEST_NAME: Final = 100


def plan_areas(path: Path, known: Known, rights: Rights, progress: Callable[[int], None] = lambda _: None) -> Plan:
    """Return what the import of a file of areas would do.

    Areas above those in the file are made where the file names them and the register lacks them.

    Raises:
        BadInput: The file as a whole cannot be read.
    """
    measure(path)
    planning = _Planning(known, rights)
    for feature in features_of(path):
        planning.take(feature)
        progress(planning.plan.lines)
    return planning.finish()


@dataclass(frozen=True, slots=True)
class _Read:
    area: Area
    line: int
    above: dict[str, str]


class _Planning:
    def __init__(self, known: Known, rights: Rights) -> None:
        self.plan = Plan()
        self._known, self._rights = known, rights
        self._read: dict[str, _Read] = {}

    def take(self, feature: Feature) -> None:
        """Take one feature, or note why not."""
        self.plan.lines += 1
        properties = {bare(str(name)): value for name, value in feature.properties.items()}
        column, value = "kode", next((properties[name] for name in _CODES if name in properties), None)
        try:
            code = read_region(value, lambda text: self._told(feature, "kode", value, text))
            if (other := self._read.get(code)) is not None:
                raise Unacceptable(f"line {other.line} has this code too", "keep one of them")
            if not self._rights.within(code):
                raise Unacceptable(f"you may not change the area {code}", "leave it out")
            column, value = "nama", next((properties[name] for name in _NAMES if name in properties), None)
            name = _name(value)
            column, value = "geometry", (feature.geometry or {}).get("type")
            outline = self._outline(feature, code)
        except Unacceptable as error:
            self.plan.refused.add(feature.line, column, value, error.reason, error.mend)
            return
        self._read[code] = _Read(self._area(code, name, outline, properties), feature.line, _above(code, properties))

    def _outline(self, feature: Feature, code: str) -> Outline | None:
        if feature.geometry is None:
            return None
        if feature.geometry.get("type") == "Point":
            return None
        return outline_of(feature.geometry, lambda text: self._told(feature, "geometry", code, text))

    def _area(self, code: str, name: str, outline: Outline | None, properties: dict[str, Any]) -> Area:
        before = self._known.areas.get(code) or Area(code, name)
        lat, lon = properties.get("lat"), properties.get("lng", properties.get("lon"))
        if not (_is_degrees(lat, 90) and _is_degrees(lon, 180)):
            lat, lon = (outline.lat, outline.lon) if outline else (before.lat, before.lon)
        return replace(
            before,
            name=name,
            lat=None if lat is None else round(float(lat), 6),
            lon=None if lon is None else round(float(lon), 6),
            outline=outline.geometry if outline else before.outline,
        )

    def _told(self, feature: Feature, column: str, value: object, text: str) -> None:
        self.plan.told.add(feature.line, column, value, text)

    def finish(self) -> Plan:
        """Return the plan: what is above comes first."""
        plan = self.plan
        put: dict[str, Area] = {}
        for code in sorted(self._read):
            read = self._read[code]
            missing = self._missing_above(code, read, put)
            if missing is None:
                continue
            for above in missing:
                put[above.id] = above
                plan.new.append(Item("area", above.id, above.name, read.line))
                plan.told.add(read.line, "kode", code, f"{above.id} ({above.name}) was not there; made")
            self._put(read, put)
        plan.edit = Edit(areas=list(put.values()))
        return plan

    def _put(self, read: _Read, put: dict[str, Area]) -> None:
        area, before = read.area, self._known.areas.get(read.area.id)
        if area == before:
            self.plan.unchanged += 1
            return
        put[area.id] = area
        if before is None:
            self.plan.new.append(Item("area", area.id, area.name, read.line))
        else:
            self.plan.changed.append(Item("area", area.id, area.name, read.line, _differences(before, area)))

    def _missing_above(self, code: str, read: _Read, put: dict[str, Area]) -> list[Area] | None:
        """Return the areas above that must be made, topmost first; None where one is missing without a name."""
        missing: list[Area] = []
        above = parent_of(code)
        while above is not None and above not in self._known.areas and above not in put:
            if (name := read.above.get(above)) is None:
                self.plan.refused.add(
                    read.line, "kode", code, f"there is no area {above} above it", "import the areas above it first"
                )
                return None
            missing.append(Area(above, name))
            above = parent_of(above)
        return missing[::-1]


def _name(value: Any) -> str:
    text = read_text(value if isinstance(value, str) else None)
    for word in _LEVEL_WORDS:
        if text.lower().startswith(word) and len(text) > len(word):
            text = text[len(word) :]
            break
    if not text:
        raise Unacceptable("the area has no name", "give each feature a property 'nama' or 'name'")
    if len(text) > _LONGEST_NAME:
        raise Unacceptable("the name is too long", f"use at most {_LONGEST_NAME} letters")
    return text


def _above(code: str, properties: dict[str, Any]) -> dict[str, str]:
    """Return the names of the areas above, as the feature itself tells them, by code."""
    found: dict[str, str] = {}
    above = parent_of(code)
    while above is not None:
        for name in _PARENTS.get(level_of(above), ()):
            if isinstance(value := properties.get(name), str) and value.strip():
                found[above] = _name(value)
                break
        above = parent_of(above)
    return found


def _is_degrees(value: object, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most


def _differences(before: Area, after: Area) -> tuple[Difference, ...]:
    found = [
        Difference(name, str(getattr(before, name) or ""), str(getattr(after, name) or ""))
        for name in ("name", "lat", "lon")
        if getattr(before, name) != getattr(after, name)
    ]
    if before.outline != after.outline:
        found.append(Difference("outline", _size(before.outline), _size(after.outline)))
    return tuple(found)


def _size(outline: str | None) -> str:
    return "" if outline is None else f"{outline.count('],[') + 1} corners"


def must_be_geojson(path: Path) -> None:
    """Refuse a file that is certainly something else, with the right word for it.

    Raises:
        BadInput: It is another kind of file.
    """
    if path.suffix.lower() in (".csv", ".xlsx", ".xls", ".shp", ".kml", ".zip"):
        raise BadInput(f"areas come as GeoJSON, and this is {path.suffix}", "export it as .geojson (EPSG:4326)")
