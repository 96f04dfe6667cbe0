"""What a grant or a token is over, on the command line: `--area`, `--agency`, `--partner`, or the whole city."""

import functools
from collections.abc import Callable
from typing import Any, Final

import click

from ronda.base.errors import BadInput

ROLES: Final = (
    "resident",
    "rt-member",
    "rt-head",
    "officer",
    "engineer",
    "operator",
    "responder",
    "investigator",
    "partner",
    "auditor",
    "administrator",
    "kiosk",
)
"""The roles that can be given; a test holds them equal to the policy's."""


def scope_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say what a role is over, which reach the command as one `scope`; see `scope_of`."""

    @functools.wraps(command)
    def with_scope(*, area: str | None, agency: str | None, partner: str | None, **others: Any) -> None:
        command(scope=scope_of(area, agency, partner), **others)

    wrapped: Callable[..., None] = with_scope
    for name, metavar, text in (
        ("--partner", "ID", "Over a partner's cameras."),
        ("--agency", "ID", "Over an agency's cameras."),
        ("--area", "CODE", "Over an area and all below it, such as 33.74.13.1006.rw04.rt03."),
    ):
        wrapped = click.option(name, metavar=metavar, help=text)(wrapped)
    return wrapped


def scope_of(area: str | None, agency: str | None, partner: str | None) -> dict[str, str]:
    """Return the fields `scope` and `value` of the API; the whole city where none is given.

    Raises:
        BadInput: More than one is given.
    """
    given = {"area": area, "agency": agency, "partner": partner}
    named = [(scope, value) for scope, value in given.items() if value is not None]
    if len(named) > 1:
        raise BadInput("more than one of --area, --agency and --partner is given", "give one grant for each")
    return {"scope": named[0][0], "value": named[0][1]} if named else {"scope": "city", "value": ""}


def over(grant: dict[str, Any]) -> str:
    """Return what a grant of the API is over, in a word."""
    return "the whole city" if grant["scope"] == "city" else str(grant["value"])
