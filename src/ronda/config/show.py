"""The effective settings as text, each with its origin, secrets hidden."""

from pydantic import SecretStr

from ronda.base.redaction import MASK
from ronda.config.fields import all_settings
from ronda.config.models import Settings


def show(settings: Settings) -> list[tuple[str, str, str]]:
    """Return (key, value, origin) of every setting, in the order of the models."""
    return [
        (setting.key, _text(_value(settings, setting.key)), settings.origin(setting.key)) for setting in all_settings()
    ]


def _value(settings: Settings, key: str) -> object:
    table, _, name = key.rpartition(".")
    return getattr(getattr(settings, table) if table else settings, name)


def _text(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "true" if value else "false"
        case SecretStr():
            return MASK
        case tuple():
            return ":".join(map(str, value))
        case _:
            return str(value)
