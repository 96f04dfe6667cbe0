"""The document of one camera: what is drawn on its picture, and which rules are at work on it.

In TOML or JSON, points are in 0..1 of the picture, or in pixels when `size` is given; a document says which.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, Field, SerializeAsAny, ValidationError

from ronda.base.errors import BadInput
from ronda.base.time import parse_rfc3339
from ronda.vision.analytics.kinds import RULES
from ronda.vision.analytics.rule import Rule, View
from ronda.vision.detectors.contract import EyeName
from ronda.vision.geometry.drawn import Ground, LineShape, Part, ZoneShape
from ronda.vision.geometry.ground import GroundPlane

T = TypeVar("T")

_MOST: Final = 50
_OWN: Final = frozenset({"size", "eye", "tier", "lines", "zones", "ground", "timezone", "begins"})
_PLURALS: Final = MappingProxyType({"line": "lines", "zone": "zones", **{f"[{name}]": f"[[{name}]]" for name in RULES}})


def _known_zone(name: str) -> str:
    """Return the name of a time zone that this machine knows."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone: name one of the IANA database, such as Asia/Jakarta") from error


class Tier(StrEnum):
    """How often a camera is looked at."""

    SWEEP = "sweep"
    WATCH = "watch"
    COUNT = "count"


class Configuration(Part):
    """What one camera is watched for; points are in 0..1, whatever the document had.

    Attributes:
        eye: Name of the eye that looks.
        tier: How often it looks.
        lines: By whose names rules refer to them.
        zones: Likewise.
        ground: The plane of the street.
        timezone: IANA name of the zone in which rules with hours are meant; by default that of whoever looks.
        begins: When a file begins, for rules with hours; by default it begins at midnight.
        rules: By analytic.
    """

    eye: Annotated[str, Field(min_length=1, max_length=300)] = "builtin"
    tier: Tier = Tier.COUNT
    lines: Annotated[tuple[LineShape, ...], Field(max_length=_MOST)] = ()
    zones: Annotated[tuple[ZoneShape, ...], Field(max_length=_MOST)] = ()
    ground: Ground | None = None
    timezone: Annotated[str, AfterValidator(_known_zone)] | None = None
    begins: AwareDatetime | None = None
    rules: dict[str, tuple[SerializeAsAny[Rule], ...]] = Field(default_factory=dict)

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """Read a file.

        Raises:
            BadInput: It is not as it should be; names file, place and mend.
        """
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadInput(f"{path} is not TOML", str(error)) from error
        except OSError as error:
            raise BadInput(
                f"{path} cannot be read ({(error.strerror or str(error)).lower()})", "name a file"
            ) from error
        return cls.from_document(document, str(path))

    @classmethod
    def from_document(cls, document: Mapping[str, Any], place: str = "the configuration") -> Self:
        """Check a document.

        Args:
            document: What stands in a TOML file, or in JSON.
            place: Where it comes from, for what is said about it.

        Raises:
            BadInput: It is not as it should be; names place and mend.
        """
        known = _OWN | RULES.keys()
        if strange := sorted(set(document) - known):
            near = _PLURALS.get(strange[0], "")
            mend = f"did you mean {near}?" if near else f"there are: {', '.join(sorted(known))}"
            raise BadInput(f"{place}: {strange[0]!r} is not known", mend)
        scaled = _scaled(document, place)
        own = {key: scaled[key] for key in _OWN - {"size"} if key in scaled}
        rules = {name: _rules(name, scaled[name], place) for name in RULES if name in scaled}
        made = _checked(lambda: cls.model_validate(own), "", place)
        rules = _counted(rules, [line.name for line in made.lines])
        made = made.model_copy(update={"rules": rules})
        made._check_names(place)
        if made.ground is not None:
            try:
                GroundPlane.of(made.ground)
            except BadInput as error:
                raise BadInput(f"{place}: ground: {error.message}", error.mend) from error
        return made

    def document(self) -> dict[str, Any]:
        """Return it as a document again, points in 0..1."""
        own = self.model_dump(mode="json", exclude={"rules"}, exclude_none=True)
        rules = {
            name: [one.model_dump(mode="json", by_alias=True) for one in some] for name, some in self.rules.items()
        }
        return own | rules

    def view(self, eye: EyeName | None = None) -> View:
        """Return what is drawn, for rules to be started with."""
        zone = ZoneInfo(self.timezone) if self.timezone else UTC
        begins_90k = parse_rfc3339(self.begins.isoformat()) if self.begins else 0
        return View(
            {line.name: line for line in self.lines},
            {zone.name: zone for zone in self.zones},
            GroundPlane.of(self.ground) if self.ground else None,
            eye,
            zone,
            begins_90k,
        )

    def _check_names(self, place: str) -> None:
        lines, zones = [one.name for one in self.lines], [one.name for one in self.zones]
        for what, names in (("lines", lines), ("zones", zones)):
            if twice := {name for name in names if names.count(name) > 1}:
                raise BadInput(f"{place}: {what}: two have the name {min(twice)!r}", "give each a name of its own")
        for analytic, rules in self.rules.items():
            for number, rule in enumerate(rules, 1):
                for what, used, names in (("line", rule.lines_used(), lines), ("zone", rule.zones_used(), zones)):
                    _check_drawn(f"{place}: {analytic} {number}", what, used, names)


def models_named(document: Mapping[str, Any]) -> set[str]:
    """Return the models that a document's rules name beside its eye, such as those of faces."""
    return {
        str(held.get(field, kind.model_fields[field].default))
        for kind, held in _rules_of(document)
        for field in kind.models
    }


def needs_full_picture(document: Mapping[str, Any]) -> bool:
    """Whether a rule of a document looks at small things: the camera's main profile is wanted."""
    return any(kind.full_picture for kind, _ in _rules_of(document))


def _rules_of(document: Mapping[str, Any]) -> Iterable[tuple[type[Rule], Mapping[str, Any]]]:
    for name, kind in RULES.items():
        some = document.get(name)
        for held in some if isinstance(some, list | tuple) else ():
            if isinstance(held, Mapping):
                yield kind, held


def _counted(rules: dict[str, tuple[Rule, ...]], lines: list[str]) -> dict[str, tuple[Rule, ...]]:
    """Return the rules with counting on all lines but staffs, where nothing else is said of it."""
    staffs = {name for some in rules.values() for rule in some for name in rule.staffs()}
    free = tuple(name for name in lines if name not in staffs)
    if "counting" not in rules:
        if not free:
            return rules
        # Who draws a line wants to know what passes it.
        rules = rules | {"counting": (RULES["counting"](),)}
    if not staffs:
        return rules
    named = [one if one.lines_used() else one.model_copy(update={"lines": free}) for one in rules["counting"]]
    return rules | {"counting": tuple(one for one in named if one.lines_used())}


def _check_drawn(place: str, what: str, used: Iterable[str], names: list[str]) -> None:
    for name in used:
        if name not in names:
            drawn = f"drawn are: {', '.join(names)}" if names else f"none is drawn: add one under [[{what}s]]"
            raise BadInput(f"{place}: there is no {what} {name!r}", drawn)


def _rules(name: str, held: object, place: str) -> tuple[Rule, ...]:
    if not isinstance(held, list) or not all(isinstance(one, dict) for one in held):
        raise BadInput(f"{place}: {name} is not a list of rules", f"write [[{name}]], in doubled brackets, for each")
    if len(held) > _MOST:
        raise BadInput(f"{place}: {name} has {len(held)} rules", f"at most {_MOST} are possible")
    made = []
    for number, one in enumerate(held, 1):
        made.append(_checked(lambda one=one: RULES[name].model_validate(one), f"{name} {number}", place))  # type: ignore[misc]
    return tuple(made)


def _checked(make: Callable[[], T], where: str, place: str) -> T:
    try:
        return make()
    except ValidationError as error:
        first = error.errors()[0]
        parts = [str(part + 1) if isinstance(part, int) else str(part) for part in first["loc"]]
        at = " ".join(filter(None, (where, *parts)))
        if first["type"] == "extra_forbidden":
            raise BadInput(f"{place}: {at} is not known", "see docs/analytics.md for what there is") from None
        said = first["msg"].removeprefix("Value error, ")
        problem, _, mend = said.partition(": ")
        given = "" if first["type"] in ("value_error", "missing") else f" ({_short(first['input'])})"
        raise BadInput(f"{place}: {at}{given}: {problem}".replace(": : ", ": "), mend) from None


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _scaled(document: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return the document with its points in 0..1."""
    if (size := document.get("size")) is None:
        return dict(document)
    if (
        not isinstance(size, list | tuple)
        or len(size) != 2
        or not all(isinstance(side, int | float) and not isinstance(side, bool) and 0 < side < 100_000 for side in size)
    ):
        raise BadInput(
            f"{place}: size ({_short(size)}) is no size", "write width and height in pixels: size = [1280, 720]"
        )
    return {key: _shrunk(value, (float(size[0]), float(size[1]))) for key, value in document.items()}


_POINTS: Final = frozenset({"start", "end", "points", "picture"})


def _shrunk(value: object, size: tuple[float, float], point: bool = False) -> object:
    """Divide each point beneath the keys that hold points."""
    if isinstance(value, Mapping):
        return {key: _shrunk(inner, size, key in _POINTS) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        if point and len(value) == 2 and all(isinstance(part, int | float) for part in value):
            return [value[0] / size[0], value[1] / size[1]]
        return [_shrunk(inner, size, point) for inner in value]
    return value
