"""A moment on the command line."""

import click

from ronda.base.time import format_rfc3339, parse_rfc3339


class Moment(click.ParamType[str]):
    """RFC 3339 with a zone; becomes the API's form, in UTC."""

    name = "ISO"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the moment in UTC.

        Raises:
            BadInput: It is not a time, or names no zone.
        """
        return format_rfc3339(parse_rfc3339(value))
