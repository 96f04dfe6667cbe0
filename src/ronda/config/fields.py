"""The settings as a flat list: what the loader, `ronda config` and the documentation's test walk over."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from ronda.config.models import Section, Settings

DATA = "data"
"""The one setting that no file can hold, since it says where the file is."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        key: Its name in `ronda.toml`, with a dot after its table: `archive.quota`.
        variable: Its environment variable.
        field: Its type, default and description.
    """

    key: str
    variable: str
    field: FieldInfo

    @property
    def allowed(self) -> str:
        """What its value may be, in words."""
        extra = self.field.json_schema_extra
        if isinstance(extra, dict) and "allowed" in extra:
            return str(extra["allowed"])
        kind = _without_none(self.field.annotation)
        if get_origin(kind) is Literal:
            return "one of " + ", ".join(map(str, get_args(kind)))
        if hasattr(kind, "allowed"):
            return str(kind.allowed)
        bounds = {name: getattr(rule, name) for rule in self.field.metadata for name in _BOUNDS if hasattr(rule, name)}
        if kind is int:
            return f"a whole number from {bounds['ge']} to {bounds['le']}"
        return "a text that is not empty" if "min_length" in bounds else "a path"


_BOUNDS = ("ge", "le", "min_length")


def all_settings(section: type[Section] = Settings, prefix: str = "") -> Iterator[Setting]:
    """Yield every setting, in the order of the models."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            yield from all_settings(kind, f"{prefix}{name}.")
        else:
            key = prefix + name
            yield Setting(key, "RONDA_" + key.replace(".", "_").upper(), field)


def _without_none(kind: Any) -> Any:
    if get_origin(kind) is UnionType or (get_args(kind) and NoneType in get_args(kind)):
        return next(part for part in get_args(kind) if part is not NoneType)
    return kind
