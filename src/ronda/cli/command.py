"""What all commands share: `--data`, before or after the command's name, and the settings it leads to."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ronda.config.models import Settings


@dataclass(slots=True)
class Invocation:
    """What was said before the command's own arguments."""

    data: Path | None = None


class _DataOption(click.Option):
    """`--data DIR`; said twice, the later one counts."""

    def __init__(self) -> None:
        super().__init__(
            ["--data"],
            type=click.Path(path_type=Path),
            metavar="DIR",
            expose_value=False,
            callback=_remember,
            help="The data folder (or RONDA_DATA).",
        )


def _remember(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    invocation = ctx.ensure_object(Invocation)
    if value is not None:
        invocation.data = value


class Command(click.Command):
    """A command that takes `--data`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(_DataOption())


class Group(click.Group):
    """A group of such commands, which takes it too."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(_DataOption())


Group.group_class = Group


def default_data(environ: Mapping[str, str]) -> Path:
    """Return the data folder when none is given: `RONDA_DATA`, else the user's own data folder."""
    if given := environ.get("RONDA_DATA"):
        return Path(given)
    base = environ.get("XDG_DATA_HOME") or Path(environ.get("HOME", "/")) / ".local" / "share"
    return Path(base) / "ronda"


def settings(overrides: Mapping[str, object] | None = None) -> "Settings":
    """Return the settings for the running command.

    Args:
        overrides: Values of the command's own options, by key; None stands for not given.

    Raises:
        BadInput: A setting is not acceptable.
    """
    from ronda.config.load import load

    invocation = click.get_current_context().ensure_object(Invocation)
    return load(invocation.data or default_data(os.environ), os.environ, overrides)


def start_logging(chosen: "Settings", quiet: bool = False) -> None:
    """Log as the settings say; `quiet` commands, which print an answer, log warnings only unless debugging."""
    from ronda.base.logging import configure

    level = "warning" if quiet and chosen.log.level == "info" else chosen.log.level
    configure(level, chosen.log.format)
