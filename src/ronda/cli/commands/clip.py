"""`ronda clip`."""

import contextlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import click

from ronda.base.pools import Pool
from ronda.cli.client import Api, ask, segment
from ronda.cli.command import Command
from ronda.cli.moment import Moment
from ronda.cli.replacing import replacing


@click.command(cls=Command)
@click.argument("camera")
@click.option("--from", "from_", type=Moment(), required=True, help="Start, as 2026-11-21T19:00:00Z or with +07:00.")
@click.option("--to", type=Moment(), required=True, help="End.")
@click.option("--profile", type=click.Choice(["main", "sub"]), help="The recorded one when not given.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Where to.")
def clip(camera: str, from_: str, to: str, profile: str | None, output: Path) -> None:
    """Save a stretch of CAMERA's recording as MP4, cut at keyframes; says what is missing in it."""
    query = {"from": from_, "to": to, **({"profile": profile} if profile else {})}
    existed = output.exists()
    with replacing(output) as file:
        size, told = ask(lambda api: _save(api, camera, query, file))
    click.echo(f"{output}: {size / 1e6:.1f} MB{', replaced' if existed else ''}")
    for gap in json.loads(told.get("ronda-gaps", "[]")):
        click.echo(f"missing: {gap['from']} to {gap['to']} ({gap['cause']})")
    if more := told.get("ronda-gaps-left-out"):
        click.echo(f"missing: {more} stretches more")
    if early := told.get("ronda-ends-early"):
        click.echo(f"ends early: {early}; ask for the rest as a clip of its own")


async def _save(api: Api, camera: str, query: dict[str, str], file: IO[bytes]) -> tuple[int, Mapping[str, str]]:
    async with api.stream(f"/cameras/{segment(camera)}/clip.mp4", **query) as response:
        total = int(response.headers.get("content-length", 0))
        size = 0
        disk = Pool("disk", threads=1)
        with (
            contextlib.closing(disk),
            click.progressbar(length=total, label="clip", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar,
        ):
            async for piece in response.aiter_bytes(1 << 18):
                await disk.run(file.write, piece)
                size += len(piece)
                bar.update(len(piece))
    return size, response.headers
