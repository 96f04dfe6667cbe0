"""Settings out of defaults, `ronda.toml`, `RONDA_*` and the command line, the later over the earlier."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from ronda.base.errors import BadInput
from ronda.config.fields import DATA, Setting, all_settings
from ronda.config.models import Settings

FILE_NAME: Final = "ronda.toml"
_PREFIX: Final = "RONDA_"
_SECRET: Final = ("database.url",)


@dataclass(frozen=True, slots=True)
class Given:
    """A value and the place it was given: `/data/ronda.toml: port`, `RONDA_PORT`, `--port`."""

    value: object
    place: str
    origin: str


def load(data: Path, environ: Mapping[str, str], overrides: Mapping[str, object] | None = None) -> Settings:
    """Return the settings in effect.

    Args:
        data: The data folder; it need not exist. Its `ronda.toml` is read when it is there.
        environ: The process's environment.
        overrides: Values from the command line by key (`port`, `archive.quota`); None stands for not given.

    Raises:
        BadInput: A value or key is not acceptable, named with its place and what is allowed.
    """
    data = data.expanduser().absolute()
    known = {setting.key: setting for setting in all_settings() if setting.key != DATA}
    given = _from_file(data / FILE_NAME, known) | _from_environment(environ, known) | _from_command(overrides or {})
    settings = _validated(data, given, known)
    _ = settings.timezone.info  # reads the zone's rules now, while reading files holds nobody up
    volumes = tuple(data / volume.expanduser() for volume in settings.archive.volumes)
    archive = settings.archive.model_copy(update={"volumes": volumes})
    settings = settings.model_copy(update={"archive": archive})
    settings._origins.update({key: value.origin for key, value in given.items()}, data="--data")
    return settings


def _from_file(path: Path, known: Mapping[str, Setting]) -> dict[str, Given]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):  # whoever needs the folder says what is wrong with it
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is not TOML", str(error)) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(f"{path} cannot be read ({reason})", "look at its permissions") from error
    values = _flat(document, {key.partition(".")[0] for key in known if "." in key})
    for key in values:
        if key not in known:
            raise BadInput(f"{path}: {key} is not a setting", _suggestion(key, known))
    return {key: Given(value, f"{path}: {key}", FILE_NAME) for key, value in values.items()}


def _flat(document: Mapping[str, object], tables: set[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in document.items():
        if isinstance(value, dict) and name in tables:
            values |= {f"{name}.{inner}": held for inner, held in value.items()}
        else:
            values[name] = value
    return values


def _from_environment(environ: Mapping[str, str], known: Mapping[str, Setting]) -> dict[str, Given]:
    by_variable = {setting.variable: setting.key for setting in known.values()}
    given: dict[str, Given] = {}
    for variable in sorted(environ):
        if key := by_variable.get(variable):
            given[key] = Given(environ[variable], variable, variable)
        elif variable.startswith(_PREFIX) and variable != "RONDA_DATA":
            # A variable near none of ours belongs to somebody else (a test, a service manager).
            if near := difflib.get_close_matches(variable, by_variable, n=1, cutoff=0.85):
                raise BadInput(f"{variable} is not a setting", f"did you mean {near[0]}?")
    return given


def _from_command(overrides: Mapping[str, object]) -> dict[str, Given]:
    options = {key: "--" + key.replace(".", "-").replace("_", "-") for key in overrides}
    return {key: Given(value, options[key], options[key]) for key, value in overrides.items() if value is not None}


def _validated(data: Path, given: Mapping[str, Given], known: Mapping[str, Setting]) -> Settings:
    tables: dict[str, dict[str, object]] = {"": {"data": data}}
    for key, held in given.items():
        table, _, name = key.rpartition(".")
        tables.setdefault(table, {})[name] = held.value
    try:
        return Settings.model_validate(tables.pop("") | tables)
    except ValidationError as error:
        location = [str(part) for part in error.errors()[0]["loc"]]
        key = next(key for key in (".".join(location[:2]), location[0]) if key in given)
        raise BadInput(_refusal(given[key], key), f"it must be {known[key].allowed}") from None


def _refusal(held: Given, key: str) -> str:
    shown = "its value" if key in _SECRET or "password" in key or "secret" in key else repr(held.value)
    return f"{held.place}: {shown} is not acceptable"


def _suggestion(key: str, known: Mapping[str, Setting]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    if not near:
        last = difflib.get_close_matches(key.rpartition(".")[2], {k.rpartition(".")[2] for k in known}, n=1, cutoff=0.6)
        near = [k for k in known if last and k.rpartition(".")[2] == last[0]][:1]
    return f"did you mean {near[0]}?" if near else "`ronda config` lists the settings"
