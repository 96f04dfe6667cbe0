"""`ronda clip`."""

import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import click

from ronda.base.errors import BadInput, StorageFailed
from ronda.base.pools import Pool
from ronda.cli.client import Api, ask, segment
from ronda.cli.command import Command
from ronda.cli.moment import Moment


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
    with _replacing(output) as file:
        size, told = ask(lambda api: _save(api, camera, query, file))
    click.echo(f"{output}: {size / 1e6:.1f} MB{', replaced' if existed else ''}")
    for gap in json.loads(told.get("ronda-gaps", "[]")):
        click.echo(f"missing: {gap['from']} to {gap['to']} ({gap['cause']})")
    if more := told.get("ronda-gaps-left-out"):
        click.echo(f"missing: {more} stretches more")
    if early := told.get("ronda-ends-early"):
        click.echo(f"ends early: {early}; ask for the rest as a clip of its own")


@contextlib.contextmanager
def _replacing(output: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes the place of `output` when it is whole, and vanishes otherwise."""
    try:
        file = tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", suffix=".part", delete=False)
    except OSError as error:
        raise BadInput(_unwritable(output, error), "choose another FILE") from error
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # to be stopped politely leaves no part either
    try:
        with file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), 0o666 & ~_umask())
        os.replace(file.name, output)
    except OSError as error:
        raise StorageFailed(_unwritable(output, error)) from error
    finally:
        Path(file.name).unlink(missing_ok=True)
        signal.signal(signal.SIGTERM, before)


def _unwritable(output: Path, error: OSError) -> str:
    return f"{output} cannot be written ({(error.strerror or str(error)).lower()})"


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


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
