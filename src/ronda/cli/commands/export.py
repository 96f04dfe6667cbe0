"""`ronda export`."""

from pathlib import Path
from typing import Final

import click

from ronda.base.errors import BadInput
from ronda.cli.client import ask
from ronda.cli.command import Command
from ronda.cli.commands.importing import write_file

_REGISTERS: Final = ("cameras", "areas", "sites", "recorders", "agencies", "partners")
_KINDS: Final = ("csv", "xlsx", "geojson")


@click.command(cls=Command)
@click.argument("register", type=click.Choice(_REGISTERS))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="FILE.csv, .xlsx or .geojson.")
@click.option("--area", help="Only what lies in the area with this region code.")
@click.option("--lang", type=click.Choice(("id", "en")), default="id", help="Language of the headings.")
@click.option("--with-credentials", is_flag=True, help="Write the cameras' passwords too: keep the file safe.")
def export(register: str, output: Path, area: str | None, lang: str, with_credentials: bool) -> None:
    """Write a register to a file; what `cameras` gives can be imported again."""
    kind = output.suffix.lstrip(".").lower()
    if kind not in _KINDS:
        raise BadInput(f"{output.name} has no ending that says what to write", "call it .csv, .xlsx or .geojson")
    query = {"lang": lang, **({"area": area} if area else {}), **({"credentials": "true"} if with_credentials else {})}
    data = ask(lambda api: api.download(f"/export/{register}.{kind}", **query))
    if with_credentials:
        output.touch(mode=0o600)
        output.chmod(0o600)
    write_file(output, data)
    click.echo(f"{register} written to {output}")
